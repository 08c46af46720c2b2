public import OneShotCore
import OneShotRecorder

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
    public var usage: Usage
    public var diff: DiffSummary
    public var tests: [TestResult]
    public var criteria: [CriterionResult]
    /// Σ weight × value / Σ weight over the criteria that have a value; null when none has.
    @Nullable public var score: Double?
    /// The share of the rubric's weight that has a value.
    public var coverage: Double
    /// SHA-256 of what the score was computed with, by name.
    public var hashes: [String: String]
    public var versions: Versions
    /// Paths below the run's directory, by name.
    public var artifacts: [String: String]
    /// Counted from 1; larger after `oneshot score`. Earlier ones are kept as `results.<n>.json`.
    public var grading: Int

    public struct Agent: Codable, Sendable, Equatable {
        public var name: String
        @Nullable public var version: String?
        @Nullable public var model: String?
    }

    public struct Engine: Codable, Sendable, Equatable {
        public var name: String
        public var version: String
        public var imageDigest: String

        enum CodingKeys: String, CodingKey {
            case name, version
            case imageDigest = "image_digest"
        }
    }

    public struct Limits: Codable, Sendable, Equatable {
        public var timeSeconds: Int
        @Nullable public var tokens: Int?
        // Those below are there only where they were asked for.
        public var inputTokens: Int?
        public var outputTokens: Int?
        public var totalTokens: Int?
        public var requests: Int?
        public var dollars: Double?

        enum CodingKeys: String, CodingKey {
            case timeSeconds = "time_seconds"
            case tokens
            case inputTokens = "input_tokens"
            case outputTokens = "output_tokens"
            case totalTokens = "total_tokens"
            case requests, dollars
        }

        init(time: Duration, budget: Budget?) {
            let seconds = Double(time.components.seconds)
            timeSeconds = Int(min(seconds, budget?.seconds ?? seconds))
            tokens = budget?.tokens
            inputTokens = budget?.inputTokens
            outputTokens = budget?.outputTokens
            totalTokens = budget?.totalTokens
            requests = budget?.requests
            dollars = budget?.dollars
        }
    }

    public struct Phase: Codable, Sendable, Equatable {
        public var name: TrialPhase
        /// RFC 3339.
        public var startedAt: String
        public var seconds: Double

        enum CodingKeys: String, CodingKey {
            case name, seconds
            case startedAt = "started_at"
        }
    }

    public struct Versions: Codable, Sendable, Equatable {
        public var oneshot: String
        public var schema: Int
    }

    enum CodingKeys: String, CodingKey {
        case schemaVersion = "schema_version"
        case runID = "run_id"
        case taskID = "task_id"
        case startedAt = "started_at"
        case finishedAt = "finished_at"
        case exitCode = "exit_code"
        case task, agent, engine, outcome, failure, limit, limits, phases, usage, diff, tests, criteria, score, coverage
        case hashes, versions, artifacts, grading
    }

    /// The version of the format that this program writes.
    public static let schema = 1
}

/// How large the agent's change is.
public struct DiffSummary: Codable, Sendable, Equatable {
    public var files: [String]
    public var insertions: Int
    public var deletions: Int
    public var bytes: Int

    public init(files: [String] = [], insertions: Int = 0, deletions: Int = 0, bytes: Int = 0) {
        self.files = files
        self.insertions = insertions
        self.deletions = deletions
        self.bytes = bytes
    }
}

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

    public init(id: String, weight: Double, binding: Binding, value: Double?, source: Source) {
        self.id = id
        self.weight = weight
        self.binding = binding
        self._value = Nullable(wrappedValue: value)
        self.source = source
    }
}

/// One answer of the judge model.
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

    public init(verdict: Verdict, evidence: [String] = [], reasoning: String) {
        self.verdict = verdict
        self.evidence = evidence
        self.reasoning = reasoning
    }
}
