import Foundation
import GRDB
import OneShotTesting
import Testing

@testable import OneShotStore

@Suite("Retention")
struct RetentionTests {
    private func fill(_ store: RawStore) async throws {
        let shared = Data(Sample.text(20_000))
        func change(_ session: String, at ms: Int64, state: Exchange.State = .complete, own seed: UInt64)
            -> ExchangeChange
        {
            var exchange = Sample.exchange(session, state: state, at: ms)
            exchange.agentSessionID = "agent-of-\(session)"
            return Sample.change(
                ms,
                exchange,
                request: .whole(shared + Data(Sample.text(20_000, seed: seed))),
                response: .whole(Data("{}".utf8))
            )
        }
        _ = try await store.record([
            change("old", at: 10, own: 2), change("old", at: 20, own: 3), change("kept", at: 30, own: 4),
            change("kept-by-agent", at: 31, own: 5), change("lasting", at: 40, own: 6),
            change("lasting", at: 1000, own: 7),
            change("running", at: 50, state: .inFlight, own: 8), change("new", at: 2000, own: 9),
        ])
    }

    private func count(_ store: RawStore, _ table: String) async throws -> Int {
        try await store.read { try Int.fetchOne($0, sql: "SELECT COUNT(*) FROM \(table)") ?? 0 }
    }

    @Test("old sessions go as a whole, and what only they referred to with them")
    func prune() async throws {
        try await Sample.withStore { store, _ in
            try await fill(store)
            let before = try await store.changes(after: 0).exchanges.filter { $0.sessionID != "old" }
            let segments = try await count(store, "segments")
            let kept: Set = ["kept", "agent-of-kept-by-agent"]
            let plan = try await store.prune(olderThan: 500, keepingSessions: kept, dryRun: true)
            #expect(try await count(store, "exchanges") == 8)
            #expect(try await count(store, "segments") == segments)
            let report = try await store.prune(olderThan: 500, keepingSessions: kept)
            #expect(report == plan)
            #expect(report.sessions == 1)
            #expect(report.exchanges == 2)
            #expect(report.bytes > 30_000 && report.bytes < 60_000)
            #expect(try await count(store, "segments") == segments - report.segments)
            let after = try await store.changes(after: 0).exchanges
            #expect(after == before)
            #expect(try await store.prune(olderThan: 500, keepingSessions: kept) == PruneReport())
        }
    }

    @Test("what is recorded after pruning is whole, and a vacuum gives the room back")
    func afterwards() async throws {
        try await Sample.withStore { store, url in
            try await fill(store)
            _ = try await store.prune(olderThan: 3000)
            try await fill(store)
            let rows = try await store.exchanges(ofSession: "new")
            #expect(rows.last?.requestJSON?.utf8.count == 40_000)
            _ = try await store.prune(olderThan: 3000)
            try await store.vacuum()
            let size = try #require(FileManager.default.attributesOfItem(atPath: url.path)[.size] as? Int)
            // What is in flight stays.
            #expect(try await count(store, "exchanges") == 2)
            #expect(size < 200_000)
        }
    }

    @Test("another process that writes meanwhile loses nothing")
    func besidesAWriter() async throws {
        try await Sample.withStore { store, url in
            let other = try RawStore.openForWriting(url)
            async let writing: Void = {
                for turn in 0..<40 {
                    let body = Data(Sample.text(20_000, seed: UInt64(turn % 3) + 1))
                    _ = try await other.record([
                        Sample.change(Int64(turn), Sample.exchange("w", at: 9_000), request: .whole(body))
                    ])
                }
            }()
            for _ in 0..<10 {
                try await fill(store)
                _ = try await store.prune(olderThan: 3000)
            }
            try await writing
            let rows = try await store.exchanges(ofSession: "w")
            #expect(rows.count == 40)
            for (turn, row) in rows.enumerated() {
                #expect(
                    row.requestJSON == String(decoding: Sample.text(20_000, seed: UInt64(turn % 3) + 1), as: UTF8.self)
                )
            }
        }
    }
}
