import Foundation
import OneShotCore
import OneShotSessions
import OneShotStore

/// Reads the recorded session of a task straight from the recorder's database, so that it is there whether or not a
/// cleaner runs.
struct RecordedSession: Sendable {
    let workspace: Workspace
    /// How long to wait for the end of the model call that asked for the task to be ended.
    var patience = Duration.seconds(5)
    /// How long to wait for a session that nothing is known of.
    var grace = Duration.seconds(1)

    /// - Parameter id: the run id or the agent's own session id.
    /// - Returns: nil when nothing was recorded under this id; then the task has the id and no trace.
    func session(_ id: String?) async throws -> Session? {
        guard let id, FileManager.default.fileExists(atPath: workspace.rawDatabase.path) else { return nil }
        let store = try RawStore.openForReading(workspace.rawDatabase)
        let start = ContinuousClock.now
        while true {
            let waited = ContinuousClock.now - start
            if let sessionID = try await store.sessionID(id) {
                let isOver = try await !store.isInFlight(session: sessionID)
                if isOver || waited >= patience {
                    return SessionReader.session(sessionID, of: try await store.exchanges(ofSession: sessionID))
                }
            } else if waited >= grace {
                return nil
            }
            try await Task.sleep(for: .milliseconds(100))
        }
    }
}
