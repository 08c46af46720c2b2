public import OneShotCore

/// One value in a session that looks like a secret, with every place where it stands.
public struct SessionFinding: Sendable, Equatable, Encodable {
    public struct Place: Sendable, Equatable, Encodable {
        public var text: TextPlace
        /// Of the text, from 1; the column in Unicode scalars.
        public var line: Int
        public var column: Int
        /// The line around it, with the value masked.
        public var context: String
    }

    /// The first half of the value's keyed fingerprint, in hexadecimal: the same value has the same id in every session
    /// of a workspace.
    public var id: String
    /// Such as `github-pat`.
    public var rule: String
    public var places: [Place]
    /// What a person has decided about it, nil for nothing yet.
    public var decision: RedactionDecisions.Decision?
    /// The value itself. It is never encoded.
    public var value: String

    /// Whether it will be replaced in what is shared.
    public var isRedacted: Bool { decision?.verdict != .allow }

    enum CodingKeys: String, CodingKey {
        case id, rule, places, decision
    }
}
