/// What one criterion of the rubric came to, and from what.
public struct CriterionResult: Codable, Sendable, Equatable {
    public enum Binding: String, Codable, Sendable {
        case tests
        case judge
    }

    public var id: String
    public var weight: Double
    public var binding: Binding
    /// From 0 to 1; null when the criterion is unscored, and then it is not in the denominator either.
    @Nullable public var value: Double?
    /// Whether the judge's votes differ among each other.
    public var contested: Bool
    public var source: Source

    /// Where the value came from, or why there is none.
    public struct Source: Codable, Sendable, Equatable {
        /// The tests that the criterion is bound to, as the verifier names them.
        public var tests: [String]
        /// Lines of the diff that the judge gave as evidence.
        public var quotes: [String]
        /// The judge's votes, all of them.
        public var votes: [JudgeVote]
        public var reason: String

        public init(tests: [String] = [], quotes: [String] = [], votes: [JudgeVote] = [], reason: String) {
            self.tests = tests
            self.quotes = quotes
            self.votes = votes
            self.reason = reason
        }
    }

    public init(
        id: String,
        weight: Double,
        binding: Binding,
        value: Double?,
        contested: Bool = false,
        source: Source
    ) {
        self.id = id
        self.weight = weight
        self.binding = binding
        self._value = Nullable(wrappedValue: value)
        self.contested = contested
        self.source = source
    }
}

/// One vote of a judge model on one criterion.
public struct JudgeVote: Codable, Sendable, Equatable {
    public enum Verdict: String, Codable, Sendable {
        case met
        case notMet = "not_met"
        /// No answer that counts: the call failed, or its evidence is not in the diff.
        case none
    }

    public var verdict: Verdict
    public var evidence: [String]
    public var reasoning: String
    /// The one that answered, else the one that was asked; null in results of before votes named it.
    @Nullable public var model: String?
    /// What the vote used: two calls where the first answer did not count.
    public var spending: Spending

    public init(
        verdict: Verdict,
        evidence: [String] = [],
        reasoning: String,
        model: String? = nil,
        spending: Spending = Spending()
    ) {
        self.verdict = verdict
        self.evidence = evidence
        self.reasoning = reasoning
        self._model = Nullable(wrappedValue: model)
        self.spending = spending
    }
}
