import Foundation
import OneShotCore
import OneShotStore
import OneShotTesting
import Testing

@testable import OneShotSessions

@Suite("The cleaner", .timeLimit(.minutes(1)))
struct CleanerTests {
    private func withStores(_ body: (RawStore, URL, URL) async throws -> Void) async throws {
        try await withTemporaryDirectory { directory in
            let raw = directory.appendingPathComponent("raw/traces.sqlite3")
            let clean = directory.appendingPathComponent("clean/traces.sqlite3")
            try await body(try RawStore.openForWriting(raw), raw, clean)
        }
    }

    private func exchange(_ session: String, _ text: String, state: Exchange.State = .complete) -> Exchange {
        var exchange = Sample.http(
            session: session,
            request: Sample.request([Sample.user("ask \(text)")], thread: session),
            answer: Sample.stream(Sample.events("r-\(text)", [Sample.message(text)])),
            state: state
        )
        exchange.id = nil
        return exchange
    }

    @Test("two agents at once give two sessions, each whole")
    func twoSessions() async throws {
        try await withStores { raw, rawURL, cleanURL in
            _ = try await raw.save((0..<120).map { exchange($0 % 2 == 0 ? "run-a" : "run-b", "t\($0)") })
            let sessions = try await Cleaner(raw: rawURL, clean: cleanURL).poll()
            #expect(Set(sessions.map(\.sessionID)) == ["run-a", "run-b"])
            #expect(sessions.map(\.turns.count) == [60, 60])
            let stored = try await CleanStore.openForReading(cleanURL).sessions()
            #expect(Set(stored.map(\.sessionID)) == ["run-a", "run-b"])
            #expect(stored.allSatisfy { $0.turns.map(\.index) == Array(1...60) })
        }
    }

    @Test("a poll reads what is new, and nothing new is nothing changed")
    func incremental() async throws {
        try await withStores { raw, rawURL, cleanURL in
            let cleaner = Cleaner(raw: rawURL, clean: cleanURL)
            _ = try await raw.save([exchange("run-a", "one"), exchange("run-b", "other")])
            #expect(try await cleaner.poll().count == 2)
            #expect(try await cleaner.poll().isEmpty)
            _ = try await raw.save([exchange("run-a", "two")])
            let changed = try await cleaner.poll()
            #expect(changed.map(\.sessionID) == ["run-a"])
            #expect(changed.first?.turns.map(\.output) == ["one", "two"])
        }
    }

    @Test("a cleaner that starts anew goes on where the last one stopped, to the same sessions")
    func restart() async throws {
        try await withStores { raw, rawURL, cleanURL in
            _ = try await raw.save([exchange("run-a", "one")])
            _ = try await Cleaner(raw: rawURL, clean: cleanURL).poll()
            _ = try await raw.save([exchange("run-a", "two")])
            let second = Cleaner(raw: rawURL, clean: cleanURL)
            let resumed = try await second.poll()
            let fresh = try await Cleaner(raw: rawURL, clean: cleanURL.appendingPathExtension("2")).poll()
            #expect(resumed == fresh)
            #expect(resumed.first?.turns.count == 2)
        }
    }

    @Test("a live answer grows, and is settled when it ends")
    func live() async throws {
        try await withStores { raw, rawURL, cleanURL in
            let cleaner = Cleaner(raw: rawURL, clean: cleanURL)
            var open = exchange("run-a", "one", state: .inFlight)
            let whole = open.responseJSON
            open.responseJSON = nil
            open = try #require(try await raw.save([open]).first)
            #expect(try await cleaner.poll().first?.turns.map(\.state) == [.inFlight])
            // A later call ends first.
            _ = try await raw.save([exchange("run-a", "two")])
            #expect(try await cleaner.poll().first?.turns.map(\.state) == [.inFlight, .complete])
            open.responseJSON = whole
            open.state = .complete
            open.endedAtMs = open.startedAtMs + 700
            _ = try await raw.save([open])
            let session = try #require(try await cleaner.poll().first)
            #expect(session.turns.map(\.state) == [.complete, .complete])
            #expect(session.turns.map(\.output) == ["one", "two"])
            #expect(session.turns[0].durationMs == 700)
            #expect(session == SessionReader.session("run-a", of: try await raw.exchanges(ofSession: "run-a")))
        }
    }

    @Test("an exchange that turns out to be another session's leaves nothing behind")
    func moved() async throws {
        try await withStores { raw, rawURL, cleanURL in
            let cleaner = Cleaner(raw: rawURL, clean: cleanURL)
            var open = try #require(try await raw.save([exchange("conn-1", "one", state: .inFlight)]).first)
            #expect(try await cleaner.poll().map(\.sessionID) == ["conn-1"])
            open.sessionID = "run-a"
            open.agentSessionID = "01a2"
            open.state = .complete
            _ = try await raw.save([open])
            #expect(try await cleaner.poll().map(\.sessionID) == ["run-a"])
            let clean = try CleanStore.openForReading(cleanURL)
            #expect(try await clean.sessions().map(\.sessionID) == ["run-a"])
            #expect(try await clean.session("01a2")?.sessionID == "run-a")
        }
    }

    @Test("what a killed recorder left behind is a cut turn")
    func abandoned() async throws {
        try await withStores { raw, rawURL, cleanURL in
            let cleaner = Cleaner(raw: rawURL, clean: cleanURL)
            var open = exchange("run-a", "one", state: .inFlight)
            open.responseJSON = Sample.raw("data: {\"type\":\"response.created\",\"response\":{\"id\":\"r1\"}}\n\n")
            _ = try await raw.save([open])
            _ = try await cleaner.poll()
            #expect(try await raw.closeAbandoned() == 1)
            #expect(try await cleaner.poll().first?.turns.map(\.state) == [.truncated])
        }
    }

    @Test("the loop waits for the recorder's database, and shows a session within a second")
    func loop() async throws {
        try await withTemporaryDirectory { directory in
            let rawURL = directory.appendingPathComponent("raw.sqlite3")
            let cleanURL = directory.appendingPathComponent("clean.sqlite3")
            let loop = Task { try await Cleaner(raw: rawURL, clean: cleanURL).run() }
            defer { loop.cancel() }
            try await Task.sleep(for: .milliseconds(100))
            let raw = try RawStore.openForWriting(rawURL)
            _ = try await raw.save([exchange("run-a", "one", state: .inFlight)])
            let clock = ContinuousClock()
            let start = clock.now
            while (try? await CleanStore.openForReading(cleanURL).session("run-a")) == nil {
                try await Task.sleep(for: .milliseconds(20))
            }
            #expect(clock.now - start < .seconds(5))
        }
    }

    @Test("without a database there is one clear error")
    func absent() async throws {
        try await withTemporaryDirectory { directory in
            let url = directory.appendingPathComponent("none.sqlite3")
            await #expect(throws: StoreError.absent(path: url.path)) {
                try await Cleaner(raw: url, clean: directory.appendingPathComponent("clean.sqlite3")).poll()
            }
        }
    }
}
