import Foundation
import OneShotCore

/// `attempt-N/`: what one attempt made. It stays when another begins.
struct AttemptDirectory: Sendable, Equatable {
    let url: URL
    /// Counted from 1.
    let number: Int

    var record: URL { url.appendingPathComponent("attempt.json") }
    /// As they were when the attempt ended; grading again does not change them.
    var results: URL { url.appendingPathComponent("results.json") }
    var artifacts: URL { url.appendingPathComponent("artifacts") }
    var logs: URL { url.appendingPathComponent("logs") }
    var diff: URL { artifacts.appendingPathComponent("diff.patch") }
    var session: URL { artifacts.appendingPathComponent("session_clean.json") }
    var hasResults: Bool { FileManager.default.fileExists(atPath: results.path) }
    var traces: URL { artifacts.appendingPathComponent("traces.sqlite3") }
}

extension RunDirectory {
    func attempt(_ number: Int) -> AttemptDirectory {
        AttemptDirectory(url: url.appendingPathComponent("attempt-\(number)"), number: number)
    }

    /// In their order.
    var attempts: [AttemptDirectory] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []
        return names.compactMap { $0.hasPrefix("attempt-") ? Int($0.dropFirst("attempt-".count)) : nil }
            .sorted().map(attempt)
    }

    /// Begins an attempt: the run has no results until it has ended, and its `artifacts` and `logs` are this attempt's.
    func begin(_ attempt: AttemptDirectory) throws {
        for file in [results, report] { try? FileManager.default.removeItem(at: file) }
        try AtomicFile.makeDirectory(attempt.artifacts)
        try AtomicFile.makeDirectory(attempt.logs)
        try link(artifacts, to: "attempt-\(attempt.number)/artifacts")
        try link(logs, to: "attempt-\(attempt.number)/logs")
    }

    /// Leads `place` somewhere else, at once.
    private func link(_ place: URL, to target: String) throws {
        let temporary = url.appendingPathComponent(".\(place.lastPathComponent).\(UUID().uuidString.prefix(8)).tmp")
        guard symlink(target, temporary.path) == 0, rename(temporary.path, place.path) == 0 else {
            let reason = String(cString: strerror(errno))
            unlink(temporary.path)
            throw FileError.unwritable(path: place.path, reason: reason)
        }
    }
}
