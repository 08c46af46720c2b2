import Foundation
import OneShotCore
import OneShotSessions
import OneShotStore

/// What a trial's recorder wrote down.
enum TrialTrace {
    /// The trial's session as its exchanges tell it. What they say was used is what the trial used: it is there for a
    /// trial whose supervisor was killed too.
    ///
    /// - Parameter scratch: a directory of the caller's for the time being.
    /// - Returns: nil when nothing was recorded.
    /// - Throws: `StoreError`.
    static func session(_ id: String, in traces: URL, prices: PriceTable, scratch: URL) async throws -> Session? {
        guard FileManager.default.fileExists(atPath: traces.path) else { return nil }
        let clean = scratch.appendingPathComponent("clean-\(UUID().uuidString.prefix(8)).sqlite3")
        do {
            try await Cleaner(raw: traces, clean: clean, prices: prices).poll()
        } catch StoreError.blank {
            // The recorder was ended before it had made the database.
            return nil
        }
        try RawStore.settle(traces)
        return try await CleanStore.openForReading(clean).session(id)
    }
}
