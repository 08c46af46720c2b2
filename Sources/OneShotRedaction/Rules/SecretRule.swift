import Synchronization

/// One kind of secret, as a rule file describes it.
struct SecretRule: Sendable {
    let id: String
    let expression: LazyExpression
    /// How many bytes of a name can stand before what the expression matches; see ``RuleFile``.
    let lead: Int
    /// Which group is the secret; 0: the first that took part, or else the whole match.
    let secretGroup: Int
    /// A secret of less, in bits per byte (Shannon), is none; 0: any will do.
    let entropy: Double
    /// In lower case. A text without any of them is not searched; without keywords every text is.
    let keywords: [[UInt8]]
    let allowlists: [Allowlist]
    let required: [Requirement]
    /// Found only for the sake of rules that require it.
    let isSilent: Bool
    /// What it finds is told by the words around it and by chance alone, so that ids, hashes and UUIDs can look alike.
    let isGuess: Bool
    /// It finds a person's name, not a secret.
    let isPersonal: Bool

    /// Another rule that has to find something nearby.
    struct Requirement: Sendable {
        let id: String
        let lines: Int?
        let columns: Int?
    }
}

/// An expression that is compiled when it is first needed: most rules never are.
final class LazyExpression: Sendable {
    let pattern: String
    let shape: ExpressionShape
    private let compiled = Mutex<RegularExpression?>(nil)

    init(_ pattern: String) {
        self.pattern = pattern
        shape = ExpressionShape(pattern)
    }

    /// - Throws: what RE2 says of a pattern that is none.
    func get() throws(RegularExpression.Invalid) -> RegularExpression {
        try compiled.withLock { (compiled) throws(RegularExpression.Invalid) -> RegularExpression in
            if let compiled { return compiled }
            let expression = try RegularExpression(pattern)
            compiled = expression
            return expression
        }
    }
}
