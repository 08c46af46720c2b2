import Foundation
import OneShotCore
import OneShotSessions
import OneShotStore

/// What a trial's recorder wrote down. What it says was used is what the trial used: it is there for a trial whose
/// supervisor was killed, too.
struct TrialTrace {
    var session: Session
    /// Calls from which a tool of the provider's own servers was taken, by tool; nil when there were none.
    var strippedTools: [String: Int]?

    /// Reads what a recorder that has ended wrote down.
    ///
    /// - Parameter scratch: a directory of the caller's for the time being.
    /// - Returns: nil when nothing was recorded.
    /// - Throws: `StoreError`, `RecordingError`.
    static func read(_ id: String, in traces: URL, prices: PriceTable, scratch: URL) async throws -> TrialTrace? {
        guard FileManager.default.fileExists(atPath: traces.path) else { return nil }
        try await RawStore.recover(traces)
        let clean = scratch.appendingPathComponent("clean-\(UUID().uuidString.prefix(8)).sqlite3")
        do {
            try await Cleaner(raw: traces, clean: clean, prices: prices).poll()
        } catch StoreError.blank {
            // The recorder was ended before it had made the database.
            return nil
        }
        let stripped = try await strippedTools(of: id, in: traces)
        try RawStore.settle(traces)
        guard let session = try await CleanStore.openForReading(clean).session(id) else { return nil }
        return TrialTrace(session: session, strippedTools: stripped)
    }

    private static func strippedTools(of id: String, in traces: URL) async throws -> [String: Int]? {
        var counts: [String: Int] = [:]
        let store = try RawStore.openForReading(traces)
        for exchange in try await store.exchanges(ofSession: id, bodies: .withoutBodies) {
            let meta = try? JSON(parsing: exchange.metaJSON)
            for tool in meta?["stripped_tools"]?.elements.compactMap(\.string) ?? [] { counts[tool, default: 0] += 1 }
        }
        return counts.isEmpty ? nil : counts
    }
}
