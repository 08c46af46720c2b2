import Foundation
import OneShotCore
import OneShotSessions

/// Runs the cleaner and writes a line for each session that has changed to `cleaner.log`.
struct CleanerLog: Sendable {
    private let cleaner: Cleaner
    private let log: URL

    init(workspace: Workspace) {
        cleaner = Cleaner(raw: workspace.rawDatabase, clean: workspace.cleanDatabase)
        log = workspace.cleanerLog
    }

    func poll() async throws {
        for session in try await cleaner.poll() {
            let turns = "\(session.turns.count) turn\(session.turns.count == 1 ? "" : "s")"
            write("\(Timestamp.iso(Date())) \(session.sessionID) \(turns), \(session.usage.totalTokens) tokens")
        }
    }

    @Sendable
    func write(_ line: String) {
        let descriptor = open(log.path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        let bytes = Array((line + "\n").utf8)
        _ = bytes.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
    }
}
