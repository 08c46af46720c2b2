import Foundation
import OneShotStore
import OneShotTesting
import Testing

@Suite("The raw store")
struct RawStoreTests {
    private func exchange(_ session: String, state: Exchange.State = .inFlight) -> Exchange {
        Exchange(
            startedAtMs: 1,
            method: "POST",
            url: "https://api.openai.com/v1/responses",
            transport: .http,
            state: state,
            sessionID: session,
            requestJSON: "{}"
        )
    }

    @Test("an exchange is read as it was saved")
    func roundTrip() async throws {
        try await withTemporaryDirectory { directory in
            let store = try RawStore.openForWriting(directory.appendingPathComponent("a/raw.sqlite3"))
            var saved = try await store.save([exchange("s")])[0]
            saved.state = .cut
            saved.cutBy = "upstream"
            saved.status = 200
            saved.responseJSON = "{\"_raw\":\"data: x\"}"
            _ = try await store.save([saved])
            #expect(try await store.exchanges(ofSession: "s") == [saved])
        }
    }

    @Test("a reader gets each change once, also those of rows that it has seen")
    func changes() async throws {
        try await withTemporaryDirectory { directory in
            let url = directory.appendingPathComponent("raw.sqlite3")
            let store = try RawStore.openForWriting(url)
            let reader = try RawStore.openForReading(url)
            var rows = try await store.save([exchange("a"), exchange("b")])
            let first = try await reader.changes(after: 0)
            #expect(first.exchanges.map(\.sessionID) == ["a", "b"])
            #expect(try await reader.changes(after: first.last).exchanges.isEmpty)
            rows[0].state = .complete
            _ = try await store.save([rows[0]])
            let second = try await reader.changes(after: first.last)
            #expect(second.exchanges.map(\.id) == [rows[0].id])
            #expect(second.last > first.last)
        }
    }

    @Test("a body beyond the limit is left out, and a page ends early, but never before its first exchange")
    func bodyLimits() async throws {
        try await withTemporaryDirectory { directory in
            let store = try RawStore.openForWriting(directory.appendingPathComponent("raw.sqlite3"))
            var long = exchange("s", state: .complete)
            long.requestJSON = "[\"\(String(repeating: "x", count: 100))\"]"
            let saved = try await store.save([long, exchange("s", state: .complete), long])
            let all = BodyLimits(longest: 1000, longestInFlight: 10, page: .max)
            #expect(try await store.changes(after: 0, bodies: all).exchanges == saved)
            let short = BodyLimits(longest: 50, longestInFlight: .max, page: .max)
            let bare = try await store.exchanges(ofSession: "s", bodies: short)
            #expect(bare.map(\.requestJSON) == [nil, saved[1].requestJSON, nil])
            let paged = BodyLimits(longest: .max, longestInFlight: .max, page: 1)
            let first = try await store.changes(after: 0, bodies: paged)
            #expect(first.exchanges == [saved[0]])
            #expect(try await store.changes(after: first.last, bodies: paged).exchanges == [saved[1]])
        }
    }

    @Test("what a killed recorder left in flight is marked as cut by the recorder, and only that")
    func abandoned() async throws {
        try await withTemporaryDirectory { directory in
            let store = try RawStore.openForWriting(directory.appendingPathComponent("raw.sqlite3"))
            _ = try await store.save([exchange("a"), exchange("a", state: .complete)])
            #expect(try await store.closeAbandoned() == 1)
            let rows = try await store.exchanges(ofSession: "a")
            #expect(rows.map(\.state) == [.cut, .complete])
            #expect(rows[0].cutBy == "recorder")
        }
    }

    @Test("a database that is not there, and a file that is no database, are named")
    func unusable() async throws {
        try await withTemporaryDirectory { directory in
            let absent = directory.appendingPathComponent("absent")
            #expect(throws: StoreError.absent(path: absent.path)) { try RawStore.openForReading(absent) }
            let text = directory.appendingPathComponent("text")
            try Data("this is not a database, but it is long enough to look at".utf8).write(to: text)
            #expect(throws: StoreError.self) { try RawStore.openForWriting(text) }
            #expect(try String(contentsOf: text, encoding: .utf8).hasPrefix("this is not"))
        }
    }

    @Test("a session is found by its id and by the agent's own, the last one first")
    func sessionID() async throws {
        try await withTemporaryDirectory { directory in
            let store = try RawStore.openForWriting(directory.appendingPathComponent("raw.sqlite3"))
            var first = exchange("run-1")
            first.agentSessionID = "agent"
            var second = exchange("run-2")
            second.agentSessionID = "agent"
            _ = try await store.save([first, second, exchange("run-3")])
            #expect(try await store.sessionID("agent") == "run-2")
            #expect(try await store.sessionID("run-1") == "run-1")
            #expect(try await store.sessionID("none") == nil)
            #expect(try await store.isInFlight(session: "run-1"))
            var upgrade = exchange("run-4")
            upgrade.status = 101
            _ = try await store.save([upgrade, exchange("run-5", state: .complete)])
            #expect(try await !store.isInFlight(session: "run-4"))
            #expect(try await !store.isInFlight(session: "run-5"))
        }
    }
}
