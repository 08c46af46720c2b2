import Foundation
import OneShotCore

/// `mcp.log` in the workspace: one line for each event, with neither arguments nor results in it.
struct MCPLog: Sendable {
    let workspace: Workspace

    /// Appends `2026-11-22T13:45:01.250Z [pid] event`. A log that cannot be written is no reason to stop.
    ///
    /// Agents start the server wherever they are started; until a task or a recorder has made a workspace of that
    /// place, nothing is written there.
    func note(_ event: String) {
        guard FileManager.default.fileExists(atPath: workspace.state.path) else { return }
        try? AtomicFile.makeDirectory(workspace.logs, mode: 0o700)
        let url = workspace.logs.appendingPathComponent("mcp.log")
        let descriptor = open(url.path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        let flat = event.split { $0.isNewline }.joined(separator: " ")
        let line = Array("\(Timestamp.iso(Date())) [\(getpid())] \(flat)\n".utf8)
        _ = line.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    }
}
