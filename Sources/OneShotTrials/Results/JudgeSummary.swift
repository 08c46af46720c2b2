/// What the judge of a trial was, how far its votes agree, and what they used, apart from what the agent did.
public struct JudgeSummary: Codable, Sendable, Equatable {
    /// As they were asked for.
    public var models: [String]
    /// Of each model, on each criterion.
    public var votes: Int
    /// SHA-256 of what every model is told: instructions and schema.
    public var prompt: String
    public var agreement: Agreement
    /// Criteria on which votes differ.
    public var contested: [String]
    public var spending: Spending

    /// Krippendorff's α over criteria × votes.
    public struct Agreement: Codable, Sendable, Equatable {
        /// At most 1; null where it is not defined: fewer than two votes on every criterion, or no two that differ.
        @Nullable public var alpha: Double?
        /// Criteria with two votes or more.
        public var criteria: Int
        /// Votes on them that count.
        public var votes: Int

        init(_ criteria: [CriterionResult]) {
            let units = criteria.map { $0.source.votes.map(\.verdict).filter { $0 != .none } }
            let pairable = units.filter { $0.count > 1 }
            _alpha = Nullable(wrappedValue: KrippendorffAlpha.nominal(units).map(\.toSixPlaces))
            self.criteria = pairable.count
            votes = pairable.reduce(0) { $0 + $1.count }
        }
    }

    init(models: [String], votes: Int, prompt: String, criteria: [CriterionResult]) {
        let judged = criteria.filter { $0.binding == .judge }
        self.models = models
        self.votes = votes
        self.prompt = prompt
        agreement = Agreement(judged)
        contested = judged.filter(\.contested).map(\.id)
        spending = judged.flatMap(\.source.votes).reduce(Spending()) { $0 + $1.spending }
    }
}
