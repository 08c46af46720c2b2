import Foundation
import OneShotCore
import OneShotSessions

/// Runs the cleaner and writes a line for each session that has changed to `cleaner.log`.
struct CleanerLog: Sendable {
    private let cleaner: Cleaner
    private let log: URL

    init(workspace: Workspace, prices: PriceTable) {
        cleaner = Cleaner(raw: workspace.rawDatabase, clean: workspace.cleanDatabase, prices: prices)
        log = workspace.cleanerLog
    }

    func poll() async throws {
        let now = Timestamp.iso(Date())
        let lines = try await cleaner.poll().map { session in
            let turns = "\(session.turns) turn\(session.turns == 1 ? "" : "s")"
            return "\(now) \(session.sessionID) \(turns), \(session.usage.totalTokens) tokens"
        }
        if !lines.isEmpty { write(lines.joined(separator: "\n")) }
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
