/// Where a secret stands in a text. The value itself is never part of it.
public struct SecretFinding: Sendable, Hashable, Codable {
    /// The rule that found it, such as `github-token`.
    public var rule: String
    /// Counted from 1.
    public var line: Int
    /// Counted from 1, in Unicode scalars.
    public var column: Int

    public init(rule: String, line: Int, column: Int) {
        self.rule = rule
        self.line = line
        self.column = column
    }
}
