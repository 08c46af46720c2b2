public import Foundation
import GRDB
import OneShotCore

extension RawStore {
    /// Does for the database of a recorder that was killed what the next recorder would do: what it left in spools is
    /// stored, and what was in flight is marked as cut. For a database that no recorder has open: it would find its own
    /// calls in flight marked.
    ///
    /// - Throws: ``StoreError``, ``RecordingError``, ``FileError``.
    public static func recover(_ url: URL) async throws {
        guard isUpToDate(url) else { return }
        let store = try openForWriting(url)
        for spool in try await Spool.leftovers(beside: url, store: store) {
            while let (changes, position) = spool.next(limit: 1 << 20) {
                try await store.store(changes, upTo: position)
                spool.advance(to: position, count: changes.count)
            }
            spool.remove()
            try await store.forgetSpool(spool.name)
        }
        try await store.closeAbandoned()
        try store.pool.close()
    }

    private func store(_ changes: [ExchangeChange], upTo position: SpoolPosition) async throws {
        do {
            _ = try await record(changes, from: position)
        } catch RecordingError.impossible {
            // One of them can never be stored; the others can.
            for change in changes {
                do { _ = try await record([change]) } catch RecordingError.impossible { continue }
            }
        }
    }
}
