import Foundation
public import OneShotCore
import OneShotSessions

/// A session wherever it was recorded: by the workspace's recorder, or by a trial's own.
public enum RecordedSession {
    /// - Parameter name: a run as `RunDirectory` finds it, a file with a cleaned session, or a session's id in the
    ///   workspace.
    /// - Throws: `FileError`, and what `SessionArchive` throws for a session that is not there.
    public static func find(_ name: String, in workspace: Workspace) async throws -> Session {
        let isThere = { (file: URL) in FileManager.default.fileExists(atPath: file.path) }
        if let run = try? RunDirectory.find(name, in: workspace.runs, unfinished: true), isThere(run.session) {
            return try StrictJSON.read(Session.self, at: run.session)
        }
        let file = URL(fileURLWithPath: name)
        guard isThere(file) else { return try await SessionArchive(workspace).session(name) }
        return try StrictJSON.read(Session.self, at: file)
    }
}
