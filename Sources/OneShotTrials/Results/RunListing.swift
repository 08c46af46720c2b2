import Foundation
import OneShotCore

/// One line of the list of runs.
public struct RunListing: Codable, Sendable, Equatable {
    public var run: String
    /// `finished`, `running` or `interrupted`.
    public var state: String
    public var task: String
    public var agent: String
    @Nullable public var model: String?
    @Nullable public var outcome: TrialOutcome?
    @Nullable public var failure: String?
    @Nullable public var score: Double?
    @Nullable public var coverage: Double?
    @Nullable public var limit: TrialLimit?
    /// How many there are, those that did not end included.
    public var attempts: Int
    /// Of all attempts that have ended.
    public var tokens: Int
    @Nullable public var costUSD: Double?
    /// RFC 3339.
    public var startedAt: String

    enum CodingKeys: String, CodingKey {
        case run, state, task, agent, model, outcome, failure, score, coverage, limit, attempts, tokens
        case costUSD = "cost_usd"
        case startedAt = "started_at"
    }

    /// - Throws: `FileError` for files that do not fit their format.
    public init(_ run: RunDirectory) throws {
        let state = run.state
        self.run = run.name
        self.state = state.rawValue
        guard state == .finished else {
            let record = try TrialRecord.read(run)
            task = record.request.task.lastPathComponent
            let begun = try run.attempts.last.flatMap { attempt in
                FileManager.default.fileExists(atPath: attempt.record.path)
                    ? try StrictJSON.read(AttemptRecord.self, at: attempt.record) : nil
            }
            agent = begun?.agent.name ?? ""
            _model = Nullable(wrappedValue: begun?.agent.model)
            _outcome = Nullable(wrappedValue: nil)
            _failure = Nullable(wrappedValue: nil)
            _score = Nullable(wrappedValue: nil)
            _coverage = Nullable(wrappedValue: nil)
            _limit = Nullable(wrappedValue: nil)
            attempts = run.attempts.count
            let ended = try run.attempts.filter(\.hasResults).map { try ResultsFile.read(at: $0.results).spending }
            tokens = ended.reduce(0) { $0 + $1.usage.totalTokens }
            _costUSD = Nullable(wrappedValue: ended.first.map { ended.dropFirst().reduce($0, +) }?.dollars)
            startedAt = record.createdAt
            return
        }
        let results = try ResultsFile.read(run)
        task = results.taskID
        agent = results.agent.name
        _model = Nullable(wrappedValue: results.agent.model)
        _outcome = Nullable(wrappedValue: results.outcome)
        _failure = Nullable(wrappedValue: results.failure)
        _score = Nullable(wrappedValue: results.score)
        _coverage = Nullable(wrappedValue: results.coverage)
        _limit = Nullable(wrappedValue: results.limit)
        attempts = max(1, results.attempts.count)
        tokens = results.spent.usage.totalTokens
        _costUSD = Nullable(wrappedValue: results.spent.dollars)
        startedAt = results.startedAt
    }
}
