/// Finds secrets in UTF-8 bytes, in one pass. It knows nothing of numbers or placeholders' order.
struct SecretScanner: Sendable {
    struct Match: Sendable, Equatable {
        var range: Range<Int>
        var rule: String
        /// Of the rule in its list; the lower one names a text that two rules find.
        var rank: Int
    }

    /// A rule whose shape is a token, with one of its prefixes.
    struct Token: Sendable {
        let prefix: [UInt8]
        let alphabet: ByteSet
        let length: ClosedRange<Int>
        let proof: SecretRule.Proof
        let rule: String
        let rank: Int
    }

    /// By the prefix's first byte.
    private var tokens: [[Token]] = Array(repeating: [], count: 256)
    private var jwt: (rule: String, rank: Int)?
    private var privateKey: (rule: String, rank: Int)?
    private var authorization: (rule: String, rank: Int)?
    private var urlPassword: (rule: String, rank: Int)?
    private var assignment: (rule: String, rank: Int)?
    private(set) var assignmentNames: [[UInt8]] = []

    init(rules: [SecretRule]) {
        for (rank, rule) in rules.enumerated() {
            switch rule.shape {
            case .token(let prefixes, let alphabet, let length, let proof):
                for prefix in prefixes.map({ Array($0.utf8) }) {
                    guard let first = prefix.first else { continue }
                    tokens[Int(first)].append(
                        Token(
                            prefix: prefix,
                            alphabet: alphabet,
                            length: length,
                            proof: proof,
                            rule: rule.id,
                            rank: rank
                        )
                    )
                }
            case .jsonWebToken: jwt = (rule.id, rank)
            case .privateKey: privateKey = (rule.id, rank)
            case .authorization: authorization = (rule.id, rank)
            case .urlPassword: urlPassword = (rule.id, rank)
            case .assignment(let names):
                assignment = (rule.id, rank)
                assignmentNames = names.map { Array($0.utf8) }
            }
        }
    }

    /// - Returns: matches that do not overlap, in order; none touches a placeholder that is already there.
    func matches(in bytes: UnsafeBufferPointer<UInt8>, exact: ExactValues) -> [Match] {
        var found: [Match] = []
        let text = ScannedText(bytes: bytes)
        var index = 0
        while index < bytes.count {
            if let end = text.placeholderEnd(at: index) {
                index = end
                continue
            }
            if let end = exact.match(at: index, in: bytes) {
                found.append(Match(range: index..<end, rule: ExactValues.rule, rank: -1))
            }
            if let match = token(at: index, in: text) {
                found.append(match)
                index = match.range.upperBound
                continue
            }
            contextual(at: index, in: text, into: &found)
            index += 1
        }
        return Self.merged(found)
    }

    private func token(at index: Int, in text: ScannedText) -> Match? {
        let candidates = tokens[Int(text.bytes[index])]
        let isKey = text.bytes[index] == UInt8(ascii: "e") && jwt != nil
        let isBlock = text.bytes[index] == UInt8(ascii: "-") && privateKey != nil
        guard !candidates.isEmpty || isKey || isBlock else { return nil }
        if isBlock, let privateKey, let end = text.privateKeyEnd(at: index) {
            return Match(range: index..<end, rule: privateKey.rule, rank: privateKey.rank)
        }
        guard text.isBoundary(before: index) else { return nil }
        if isKey, let jwt, let end = text.jsonWebTokenEnd(at: index) {
            return Match(range: index..<end, rule: jwt.rule, rank: jwt.rank)
        }
        for candidate in candidates {
            if let end = text.tokenEnd(candidate, at: index) {
                return Match(range: index..<end, rule: candidate.rule, rank: candidate.rank)
            }
        }
        return nil
    }

    private func contextual(at index: Int, in text: ScannedText, into found: inout [Match]) {
        switch text.bytes[index] {
        case UInt8(ascii: "="), UInt8(ascii: ":"):
            if let urlPassword, let range = text.urlPassword(atColon: index) {
                found.append(Match(range: range, rule: urlPassword.rule, rank: urlPassword.rank))
            } else if let assignment, let range = text.assignedSecret(at: index, names: assignmentNames) {
                found.append(Match(range: range, rule: assignment.rule, rank: assignment.rank))
            }
        case UInt8(ascii: "B"), UInt8(ascii: "b"):
            if let authorization, let range = text.credentials(at: index) {
                found.append(Match(range: range, rule: authorization.rule, rank: authorization.rank))
            }
        default: break
        }
    }

    /// Overlapping matches become one, named by the lower rank: no part of a secret stays because another rule saw
    /// less of it.
    private static func merged(_ matches: [Match]) -> [Match] {
        var merged: [Match] = []
        for match in matches.sorted(by: { ($0.range.lowerBound, $0.rank) < ($1.range.lowerBound, $1.rank) }) {
            guard let last = merged.last, match.range.lowerBound < last.range.upperBound else {
                merged.append(match)
                continue
            }
            let upper = max(last.range.upperBound, match.range.upperBound)
            let name = match.rank < last.rank ? match : last
            merged[merged.count - 1] = Match(range: last.range.lowerBound..<upper, rule: name.rule, rank: name.rank)
        }
        return merged
    }
}
