import Foundation
import OneShotCore
import OneShotStore

/// Finds the recorded session of a task. The recorder's cleaner may be a moment behind.
struct RecordedSession: Sendable {
    let workspace: Workspace
    /// How long to wait for the cleaner.
    var patience = Duration.seconds(5)

    /// - Parameter id: the run id or the agent's own session id.
    /// - Returns: nil when nothing was recorded under this id; then the task has the id and no trace.
    func session(_ id: String?) async throws -> Session? {
        guard let id, FileManager.default.fileExists(atPath: workspace.cleanDatabase.path) else { return nil }
        let store = try CleanStore.openForReading(workspace.cleanDatabase)
        let deadline = ContinuousClock.now + patience
        while true {
            if let session = try await store.session(id), !session.turns.isEmpty { return session }
            guard ContinuousClock.now < deadline else { return nil }
            try await Task.sleep(for: .milliseconds(100))
        }
    }
}
