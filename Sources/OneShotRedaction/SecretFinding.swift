/// Where a secret stands in a text. The value itself is never part of it.
public struct SecretFinding: Sendable, Hashable, Codable {
    /// The rule that found it, such as `github-pat`.
    public var rule: String
    /// Counted from 1.
    public var line: Int
    /// Counted from 1, in Unicode scalars.
    public var column: Int
    /// Identifies the value to whoever has the key of the database's fingerprints: the HMAC-SHA256 of it in
    /// hexadecimal digits. Nil where the redactor has no key.
    public var fingerprint: String?

    public init(rule: String, line: Int, column: Int, fingerprint: String? = nil) {
        self.rule = rule
        self.line = line
        self.column = column
        self.fingerprint = fingerprint
    }
}

/// A secret that was found. It is for a person's eyes: nothing encodes it.
public struct FoundSecret: Sendable, Equatable {
    public var finding: SecretFinding
    /// As it reads with its encoding taken off.
    public var value: String
    /// In the text, in UTF-8. Of a secret that is spread over the deltas of a stream, the first part.
    public var range: Range<Int>
}
