import Foundation
import OneShotCore

/// Runs the cleaner and writes a line for each session that has changed to `cleaner.log`.
struct CleanerLog: Sendable {
    private let log: URL

    init(workspace: Workspace) {
        log = workspace.cleanerLog
    }

    func poll() async throws {}

    @Sendable
    func write(_ line: String) {
        let descriptor = open(log.path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        let bytes = Array((line + "\n").utf8)
        _ = bytes.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
    }
}
