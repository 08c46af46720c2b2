import OneShotCore

/// What stands in a text in place of its secrets, counted by rule. No value is in it, nor anything made from one.
public struct RedactionManifest: Sendable, Equatable, Codable {
    /// Of one rule.
    public struct Count: Sendable, Equatable, Codable {
        /// How many different secrets.
        public var secrets: Int
        /// How many places.
        public var places: Int

        public init(secrets: Int, places: Int) {
            self.secrets = secrets
            self.places = places
        }
    }

    public var schemaVersion = 1
    /// Names exactly the rules that were searched with, see ``RuleSet/version``.
    public var ruleSet: String
    /// By the rule's id.
    public var rules: [String: Count] = [:]

    init(ruleSet: String) { self.ruleSet = ruleSet }

    public var secrets: Int { rules.values.reduce(0) { $0 + $1.secrets } }
    public var places: Int { rules.values.reduce(0) { $0 + $1.places } }

    /// For people: `2 values in 5 places (github-pat: 2 in 5)`.
    public var summary: String {
        guard !rules.isEmpty else { return "nothing" }
        func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
        let parts = rules.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value.secrets) in \($0.value.places)" }
        return "\(count(secrets, "value")) in \(count(places, "place")) (\(parts.joined(separator: ", ")))"
    }

    enum CodingKeys: String, CodingKey {
        case schemaVersion = "schema_version"
        case rules
        case ruleSet = "rule_set"
    }
}

extension RedactionManifest {
    /// Counts the placeholders of a redacted session.
    init(of session: Session, ruleSet: String) {
        var tally = RedactionTally(ruleSet: ruleSet)
        _ = session.mappingTexts { _, text in
            tally.add(placeholdersIn: text)
            return text
        }
        self = tally.manifest
    }
}
