public import OneShotAdmission
public import OneShotPreparation

/// The content of `validation.json`: what was proved about a prepared task, and for which bytes. The format is
/// described in `docs/formats/validation.md`.
public struct ValidationRecord: Codable, Sendable, Equatable {
    public var schemaVersion: Int
    public var taskID: String
    /// RFC 3339.
    public var validatedAt: String
    /// Whether there is no reason against it.
    public var admitted: Bool
    /// Why not; empty for an admitted task.
    public var reasons: [String]
    /// What a person should look at all the same.
    public var warnings: [String]
    public var engine: TrialResults.Engine
    public var settings: Settings
    public var controls: [Control]
    public var mutation: Mutation
    /// Tests and cases whose outcome changes from one run of the solution to the next.
    public var flaky: [String]
    public var leaks: Leaks
    /// The other task of the workspace that is most like this one; null when it is the only one.
    @Nullable public var nearest: Neighbour?
    public var stages: [Stage]
    /// Of the task's files. A task whose files have changed since is not validated.
    public var digests: PreparedTask.Digests
    public var versions: TrialResults.Versions

    /// The version of the format, and of the rules, of this program.
    public static let schema = 2

    public struct Settings: Codable, Sendable, Equatable {
        /// How often the solution was run.
        public var repeats: Int
        /// The most mutants to try.
        public var mutants: Int
        /// What the choice of mutants and the order of tests began with.
        public var seed: UInt64
    }

    /// One candidate that was graded for the proof.
    public struct Control: Codable, Sendable, Equatable {
        public var name: String
        public var group: Group
        public var expected: Expectation
        /// What the criteria that are bound to tests came to; null when they could not be graded.
        @Nullable public var score: Double?
        /// Whether it came to what was expected.
        public var passed: Bool
        /// Whether the task may be admitted although it did not.
        public var advisory: Bool
        /// The names of the tests that passed.
        public var tests: [String]
        /// Why it was not graded, or what a probe found; empty otherwise.
        public var detail: String
        /// SHA-256 of the diff that was graded; null where an agent ran.
        @Nullable public var diff: String?
        public var seconds: Double

        public enum Group: String, Codable, Sendable, CaseIterable {
            case nothing, solution, mutant, tamper
            case nearMiss = "near_miss"
        }

        public enum Expectation: String, Codable, Sendable {
            case zero, one
            case belowOne = "below_one"

            func holds(_ score: Double) -> Bool {
                switch self {
                case .zero: score == 0
                case .one: score == 1
                case .belowOne: score < 1
                }
            }
        }
    }

    /// What became of the mutants.
    public struct Mutation: Codable, Sendable, Equatable {
        public var killed = 0
        public var survived = 0
        /// The share of the small mutants that the tests told from the solution; null without any.
        @Nullable public var score: Double?
        public var survivors: [Survivor] = []

        public struct Survivor: Codable, Sendable, Equatable {
            public var kind: Mutant.Kind
            public var file: String
            public var line: Int
            public var change: String
            /// Whether the task is not admitted because of it.
            public var decisive: Bool
        }

        public init() {}
    }

    public struct Leaks: Codable, Sendable, Equatable {
        public var layers = 0
        public var files = 0
        public var bytes = 0
        public var findings: [LeakFinding] = []

        public init() {}
    }

    public struct Neighbour: Codable, Sendable, Equatable {
        public var task: String
        /// The share of runs of five words that both have, from 0 to 1.
        public var similarity: Double
    }

    public struct Stage: Codable, Sendable, Equatable {
        public var name: String
        public var seconds: Double
    }

    /// Tests that prove nothing: they pass without any work, or not always with the solution.
    public var uselessTests: [String] {
        let idle = controls.filter { $0.group == .nothing && $0.detail.isEmpty }.flatMap(\.tests)
        return Array(Set(idle + flaky)).sorted()
    }

    enum CodingKeys: String, CodingKey {
        case schemaVersion = "schema_version"
        case taskID = "task_id"
        case validatedAt = "validated_at"
        case admitted, reasons, warnings, engine, settings, controls, mutation, flaky, leaks, nearest, stages, digests
        case versions
    }
}
