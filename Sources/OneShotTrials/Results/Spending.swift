public import OneShotCore

/// What a trial, or the judge, used of models, and what that cost.
public struct Spending: Codable, Sendable, Equatable {
    /// Calls of a model that were answered, or whose answer was cut.
    public var calls: Int
    public var usage: Usage
    /// US dollars, of the calls whose price is known; null where none is.
    @Nullable public var dollars: Double?
    /// Calls that used tokens of a model without a price.
    public var unpricedCalls: Int

    public init(calls: Int = 0, usage: Usage = Usage(), dollars: Double? = nil, unpricedCalls: Int = 0) {
        self.calls = calls
        self.usage = usage
        self._dollars = Nullable(wrappedValue: dollars)
        self.unpricedCalls = unpricedCalls
    }

    /// What a session used: the turns that were recorded.
    public init(_ session: Session) {
        self.init(
            calls: session.turns.count { $0.state != .refused },
            usage: session.usage,
            dollars: session.costUSD,
            unpricedCalls: session.unpricedTurns ?? 0
        )
    }

    public static func + (left: Spending, right: Spending) -> Spending {
        let dollars = [left.dollars, right.dollars].compactMap { $0 }
        return Spending(
            calls: left.calls + right.calls,
            usage: left.usage + right.usage,
            dollars: dollars.isEmpty ? nil : dollars.reduce(0, +),
            unpricedCalls: left.unpricedCalls + right.unpricedCalls
        )
    }

    enum CodingKeys: String, CodingKey {
        case calls, usage
        case dollars = "cost_usd"
        case unpricedCalls = "unpriced_calls"
    }
}

/// One attempt at a trial, as the results of the run list it.
public struct AttemptSummary: Codable, Sendable, Equatable {
    /// Counted from 1; its files are in `attempt-N/`.
    public var attempt: Int
    public var outcome: TrialOutcome
    @Nullable public var failure: String?
    /// RFC 3339.
    public var startedAt: String
    public var finishedAt: String
    public var spending: Spending

    init(_ results: TrialResults) {
        attempt = results.attempt
        outcome = results.outcome
        _failure = Nullable(wrappedValue: results.failure)
        startedAt = results.startedAt
        finishedAt = results.finishedAt
        spending = results.spending
    }

    enum CodingKeys: String, CodingKey {
        case attempt, outcome, failure, spending
        case startedAt = "started_at"
        case finishedAt = "finished_at"
    }
}
