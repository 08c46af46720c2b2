public import OneShotCore

/// The content of `results.json`. The format is described in `docs/formats/results.md`.
public struct TrialResults: Codable, Sendable, Equatable {
    public var schemaVersion: Int
    public var runID: String
    public var taskID: String
    /// The prepared task, below the workspace where it lies there, else absolute.
    public var task: String
    /// RFC 3339.
    public var startedAt: String
    public var finishedAt: String
    public var agent: Agent
    public var engine: Engine
    public var outcome: TrialOutcome
    /// What went wrong, in one line, for an outcome other than `scored`.
    @Nullable public var failure: String?
    /// Which limit stopped the agent.
    @Nullable public var limit: TrialLimit?
    public var limits: Limits
    /// The agent's; 128 + the signal's number for a signal, 124 when its time was up.
    @Nullable public var exitCode: Int32?
    public var phases: [Phase]
    /// Calls of the model, by the trial's own trace.
    public var calls: Int
    public var usage: Usage
    /// US dollars, of the calls whose price is known; null where none is.
    @Nullable public var costUSD: Double?
    /// Calls that used tokens of a model without a price.
    public var unpricedCalls: Int
    /// Which attempt this is, from 1.
    public var attempt: Int
    /// All attempts, this one too.
    public var attempts: [AttemptSummary]
    /// What all attempts used together.
    public var spent: Spending
    /// Calls of the model from which a tool of the provider's servers was taken, by tool; absent when there were none.
    public var strippedTools: [String: Int]?
    public var diff: DiffSummary
    public var tests: [TestResult]
    public var criteria: [CriterionResult]
    /// What the judge was, used, and agreed upon; null where nobody judged.
    @Nullable public var judge: JudgeSummary?
    /// Σ weight × value / Σ weight over the criteria that have a value; null when none has.
    @Nullable public var score: Double?
    /// The share of the rubric's weight that has a value.
    public var coverage: Double
    /// The session that the task was captured from, as if it were a trial; null where none was recorded.
    @Nullable public var reference: ReferenceTrial?
    /// SHA-256 of what the score was computed with, by name.
    public var hashes: [String: String]
    public var versions: Versions
    /// Paths below the run's directory, by name.
    public var artifacts: [String: String]
    /// Where the numbers come from: the key of this format → the file below the run's directory, or the key.
    public var sources: [String: String]
    /// Counted from 1; larger after `oneshot score`. Earlier ones are kept as `results.<n>.json`.
    public var grading: Int

    enum CodingKeys: String, CodingKey {
        case schemaVersion = "schema_version"
        case runID = "run_id"
        case taskID = "task_id"
        case startedAt = "started_at"
        case finishedAt = "finished_at"
        case exitCode = "exit_code"
        case costUSD = "cost_usd"
        case strippedTools = "stripped_tools"
        case unpricedCalls = "unpriced_calls"
        case task, agent, engine, outcome, failure, limit, limits, phases, calls, usage, attempt, attempts, spent, diff
        case tests, criteria, judge, score, coverage, reference, hashes, versions, artifacts, sources, grading
    }

    /// The version of the format that this program writes.
    public static let schema = 2

    /// What this attempt used.
    public var spending: Spending {
        get { Spending(calls: calls, usage: usage, dollars: costUSD, unpricedCalls: unpricedCalls) }
        set {
            calls = newValue.calls
            usage = newValue.usage
            costUSD = newValue.dollars
            unpricedCalls = newValue.unpricedCalls
        }
    }

    /// From the start of the first phase to the end of the last, in seconds, waiting between attempts not counted.
    public var seconds: Double { phases.reduce(0) { $0 + $1.seconds }.toSixPlaces }

    /// Lists this attempt with those before it, and adds up what they used.
    mutating func follow(_ earlier: [AttemptSummary]) {
        attempts = earlier.filter { $0.attempt != attempt } + [AttemptSummary(self)]
        spent = attempts.dropFirst().reduce(attempts[0].spending) { $0 + $1.spending }
    }
}
