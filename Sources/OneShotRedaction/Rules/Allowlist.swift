/// What is no secret although a rule finds it.
struct Allowlist: Sendable {
    enum Target: String, Sendable {
        case secret, match, line
    }

    /// Whether all that is given has to hold, not just one.
    let needsAll: Bool
    let target: Target
    let expressions: [LazyExpression]
    /// Words that are in no secret.
    let stopwords: KeywordIndex?
    /// The rules that it is for; empty: all of those that it stands with.
    let rules: Set<String>

    /// - Parameter line: of the match, cut to what stands near it.
    func allows(secret: [UInt8], match: [UInt8], line: [UInt8], rule: String) -> Bool {
        guard rules.isEmpty || rules.contains(rule) else { return false }
        let text =
            switch target {
            case .secret: secret
            case .match: match
            case .line: line
            }
        let byExpression = !expressions.isEmpty && expressions.contains { (try? $0.get())?.matches(text) == true }
        let byWord = stopwords?.hasAny(in: secret) ?? false
        guard needsAll else { return byExpression || byWord }
        return (expressions.isEmpty || byExpression) && (stopwords == nil || byWord)
            && !(expressions.isEmpty && stopwords == nil)
    }
}
