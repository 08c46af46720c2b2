import Foundation
public import OneShotCore

/// The content of `trial.json`: what was asked for. Described in `docs/formats/results.md`.
public struct TrialRecord: Codable, Sendable, Equatable {
    public var schemaVersion: Int
    public var runID: RunID
    public var request: TrialRequest
    /// The name of the engine that it began with; nil in records of before that was written down.
    public var engine: String?
    /// RFC 3339.
    public var createdAt: String
    /// The version of the program.
    public var oneshot: String

    init(runID: RunID, request: TrialRequest, engine: String?, createdAt: String, oneshot: String) {
        schemaVersion = 1
        self.runID = runID
        self.request = request
        self.engine = engine
        self.createdAt = createdAt
        self.oneshot = oneshot
    }

    enum CodingKeys: String, CodingKey {
        case request, engine, oneshot
        case schemaVersion = "schema_version"
        case runID = "run_id"
        case createdAt = "created_at"
    }

    /// - Throws: ``TrialError/notResumable(run:reason:)`` for a run of before there were records, `FileError`.
    public static func read(_ run: RunDirectory) throws -> TrialRecord {
        guard FileManager.default.fileExists(atPath: run.record.path) else {
            throw TrialError.notResumable(run: run.name, reason: "it has no trial.json, which says what was asked for")
        }
        return try StrictJSON.read(TrialRecord.self, at: run.record)
    }

    /// Only its owner reads it: an agent's environment may hold what others need not know.
    func write(to run: RunDirectory) throws {
        try AtomicFile.write(try StrictJSON.encode(self), to: run.record, mode: 0o600)
    }
}
