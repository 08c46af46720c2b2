public import OneShotPreparation

/// The content of `validation.json`: what was proved about a prepared task, and for which bytes. The format is
/// described in `docs/formats/validation.md`.
public struct ValidationRecord: Codable, Sendable, Equatable {
    public var schemaVersion: Int
    public var taskID: String
    /// RFC 3339.
    public var validatedAt: String
    /// Whether doing nothing fails and the solution passes, each time.
    public var admitted: Bool
    /// Why not; empty for an admitted task.
    public var reasons: [String]
    public var engine: TrialResults.Engine
    public var checks: [Check]
    /// Of the task's files. A task whose files have changed since is not validated.
    public var digests: PreparedTask.Digests
    public var versions: TrialResults.Versions

    /// One trial that was run for the proof.
    public struct Check: Codable, Sendable, Equatable {
        /// `nop`, `empty`, `oracle`, `oracle again`.
        public var name: String
        /// What the criteria that are bound to tests have to come to.
        public var expected: Double
        @Nullable public var score: Double?
        public var tests: [TestResult]
        public var passed: Bool
        public var seconds: Double
    }

    enum CodingKeys: String, CodingKey {
        case schemaVersion = "schema_version"
        case taskID = "task_id"
        case validatedAt = "validated_at"
        case admitted, reasons, engine, checks, digests, versions
    }
}
