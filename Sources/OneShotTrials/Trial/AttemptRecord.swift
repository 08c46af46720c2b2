import Foundation
import OneShotCore

/// The content of `attempt-N/attempt.json`: how far an attempt is, written anew at each phase, so that whoever comes
/// after a supervisor that was killed knows what is left to do. Described in `docs/formats/results.md`.
struct AttemptRecord: Codable, Sendable, Equatable {
    var schemaVersion = 1
    /// Counted from 1.
    var attempt: Int
    var agent: TrialResults.Agent
    var engine: TrialResults.Engine
    var limits: TrialResults.Limits
    /// Those that have begun; the last has not ended.
    var phases: [TrialResults.Phase]
    /// Of the task's files, when the attempt began.
    var hashes: [String: String]
    /// What the agent left; null until it has ended and its diff is on disk.
    @Nullable var work: Work?

    struct Work: Codable, Sendable, Equatable {
        @Nullable var limit: TrialLimit?
        @Nullable var exitCode: Int32?
        var spending: Spending
        @Nullable var model: String?
        var strippedTools: [String: Int]?
        var diff: DiffSummary
        /// SHA-256 of `artifacts/diff.patch`.
        var diffDigest: String
        /// The commit that the agent started from.
        var baseline: String

        enum CodingKeys: String, CodingKey {
            case limit, spending, model, diff, baseline
            case exitCode = "exit_code"
            case strippedTools = "stripped_tools"
            case diffDigest = "diff_digest"
        }
    }

    enum CodingKeys: String, CodingKey {
        case attempt, agent, engine, limits, phases, hashes, work
        case schemaVersion = "schema_version"
    }

    /// Whether the agent's work is there and is of this task, so that it only has to be graded.
    ///
    /// - Parameters:
    ///   - diff: the bytes of `artifacts/diff.patch`.
    ///   - digests: of the task as it is now; what only grading needs may be another.
    func isGradable(diff: Data?, digests: [String: String]) -> Bool {
        guard let work, let diff, Digest.sha256(diff) == work.diffDigest else { return false }
        return ["bundle", "overlay_repo_files", "overrides"].allSatisfy { hashes[$0] == digests[$0] }
    }
}
