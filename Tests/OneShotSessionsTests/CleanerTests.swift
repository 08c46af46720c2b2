import Foundation
import OneShotCore
import OneShotStore
import OneShotTesting
import Testing

@testable import OneShotSessions

@Suite("The cleaner", .timeLimit(.minutes(1)))
struct CleanerTests {
    /// A recorder's database, and the two paths.
    private func withStores(_ body: (RawStore, URL, URL) async throws -> Void) async throws {
        try await withTemporaryDirectory { directory in
            let raw = directory.appendingPathComponent("raw/traces.sqlite3")
            let clean = directory.appendingPathComponent("clean/traces.sqlite3")
            try await body(try RawStore.openForWriting(raw), raw, clean)
        }
    }

    private func exchange(_ session: String, _ text: String, state: Exchange.State = .complete) -> Exchange {
        var exchange = RecordedExchange.http(
            session: session,
            request: Sample.request([Sample.user("ask \(text)")], thread: session),
            answer: Sample.stream(Sample.events("r-\(text)", [Sample.message(text)])),
            state: state
        )
        exchange.id = nil
        return exchange
    }

    private func stored(_ url: URL, _ id: String = "run-a") async throws -> Session? {
        try await CleanStore.openForReading(url).session(id)
    }

    @Test("two agents at once give two sessions, each whole")
    func twoSessions() async throws {
        try await withStores { raw, rawURL, cleanURL in
            _ = try await raw.save((0..<1120).map { exchange($0 % 2 == 0 ? "run-a" : "run-b", "t\($0)") })
            let changes = try await Cleaner(raw: rawURL, clean: cleanURL).poll()
            #expect(changes.map(\.sessionID) == ["run-a", "run-b"])
            #expect(changes.map(\.turns) == [560, 560])
            #expect(changes.map(\.usage.inputTokens) == [5600, 5600])
            let sessions = try await CleanStore.openForReading(cleanURL).sessions()
            #expect(Set(sessions.map(\.sessionID)) == ["run-a", "run-b"])
            #expect(sessions.allSatisfy { $0.turns.map(\.index) == Array(1...560) })
            #expect(sessions.allSatisfy { $0.usage.inputTokens == 5600 })
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
            #expect(try await cleaner.poll().map(\.sessionID) == ["run-a"])
            #expect(try await stored(cleanURL)?.turns.map(\.output) == ["one", "two"])
        }
    }

    @Test("a cleaner that starts anew goes on where the last one stopped, to the same sessions")
    func restart() async throws {
        try await withStores { raw, rawURL, cleanURL in
            _ = try await raw.save([exchange("run-a", "one")])
            try await Cleaner(raw: rawURL, clean: cleanURL).poll()
            _ = try await raw.save([exchange("run-a", "two")])
            #expect(try await Cleaner(raw: rawURL, clean: cleanURL).poll().map(\.turns) == [2])
            try await expectWhole(raw, cleanURL)
        }
    }

    /// What was stored bit by bit is what one reads at once.
    private func expectWhole(_ raw: RawStore, _ cleanURL: URL, _ session: String = "run-a") async throws {
        let whole = SessionReader.session(session, of: try await raw.exchanges(ofSession: session))
        #expect(try await stored(cleanURL, session) == whole)
    }

    /// The calls of a thread, each with the whole history: every second one calls a tool, whose result the next brings.
    private func agentLoop(turns: Int) -> [Exchange] {
        var history = [Sample.developer("You are an agent."), Sample.user("fix it")]
        return (0..<turns).map { turn in
            let said = turn % 2 == 0 ? Sample.call("call_\(turn)") : Sample.message("step \(turn)")
            var exchange = RecordedExchange.http(
                session: "run-a",
                request: Sample.request(history),
                answer: Sample.stream(Sample.events("r\(turn)", [said]))
            )
            exchange.id = nil
            history.append(said)
            if turn % 2 == 0 { history.append(Sample.result("call_\(turn)", "result \(turn)\u{1}\n\"x\"")) }
            return exchange
        }
    }

    @Test("results reach turns that were stored long before", arguments: [0, 1 << 20])
    func results(budget: Int) async throws {
        try await withStores { raw, rawURL, cleanURL in
            let cleaner = Cleaner(raw: rawURL, clean: cleanURL, budget: budget)
            for exchange in agentLoop(turns: 9) {
                // A session in between, so that with no budget this one is forgotten each time.
                _ = try await raw.save([exchange, self.exchange("run-b", "x")])
                try await cleaner.poll()
            }
            let session = try #require(try await stored(cleanURL))
            #expect(session.turns.flatMap(\.toolCalls).compactMap(\.result).count == 4)
            try await expectWhole(raw, cleanURL)
            try await expectWhole(raw, cleanURL, "run-b")
        }
    }

    @Test("a socket that stays open does not keep its finished calls open")
    func openSocket() async throws {
        try await withStores { raw, rawURL, cleanURL in
            let cleaner = Cleaner(raw: rawURL, clean: cleanURL)
            var upgrade = exchange("run-a", "upgrade", state: .inFlight)
            upgrade.method = "GET"
            upgrade.status = 101
            _ = try await raw.save([upgrade, exchange("run-a", "one"), exchange("run-a", "two")])
            try await cleaner.poll()
            let progress = try CleanStore.openForWriting(cleanURL).progress(of: "run-a")
            #expect(progress?.settledTurns == 2)
            try await expectWhole(raw, cleanURL)
        }
    }

    @Test("a session goes on after its exchanges were pruned, and keeps its turns")
    func pruned() async throws {
        try await withStores { raw, rawURL, cleanURL in
            _ = try await raw.save([exchange("run-a", "one"), exchange("run-a", "two")])
            try await Cleaner(raw: rawURL, clean: cleanURL).poll()
            _ = try await raw.prune(olderThan: .max, keepingSessions: [], dryRun: false)
            var later = exchange("run-a", "three")
            later.id = nil
            _ = try await raw.save([later])
            #expect(try await Cleaner(raw: rawURL, clean: cleanURL).poll().map(\.turns) == [3])
            let session = try #require(try await stored(cleanURL))
            #expect(session.turns.map(\.output) == ["one", "two", "three"])
            #expect(session.turns.map(\.index) == [1, 2, 3])
            #expect(session.usage.inputTokens == 30)
            #expect(session.createdAt == Timestamp.iso(milliseconds: later.startedAtMs))
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
            try await cleaner.poll()
            #expect(try await stored(cleanURL)?.turns.map(\.state) == [.inFlight])
            // A later call ends first.
            _ = try await raw.save([exchange("run-a", "two")])
            try await cleaner.poll()
            #expect(try await stored(cleanURL)?.turns.map(\.state) == [.inFlight, .complete])
            open.responseJSON = whole
            open.state = .complete
            open.endedAtMs = open.startedAtMs + 700
            _ = try await raw.save([open])
            try await cleaner.poll()
            let session = try #require(try await stored(cleanURL))
            #expect(session.turns.map(\.state) == [.complete, .complete])
            #expect(session.turns.map(\.output) == ["one", "two"])
            #expect(session.turns[0].durationMs == 700)
            try await expectWhole(raw, cleanURL)
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

    @Test("a finished exchange that is corrected after all is told anew")
    func corrected() async throws {
        try await withStores { raw, rawURL, cleanURL in
            let cleaner = Cleaner(raw: rawURL, clean: cleanURL)
            var first = try #require(try await raw.save([exchange("run-a", "one")]).first)
            _ = try await raw.save([exchange("run-a", "two")])
            try await cleaner.poll()
            first.responseJSON = Sample.stream(Sample.events("r-1", [Sample.message("one, corrected")]))
            _ = try await raw.save([first])
            try await cleaner.poll()
            #expect(try await stored(cleanURL)?.turns.map(\.output) == ["one, corrected", "two"])
            try await expectWhole(raw, cleanURL)
        }
    }

    @Test("what a killed recorder left behind is a cut turn")
    func abandoned() async throws {
        try await withStores { raw, rawURL, cleanURL in
            let cleaner = Cleaner(raw: rawURL, clean: cleanURL)
            var open = exchange("run-a", "one", state: .inFlight)
            open.responseJSON = Sample.raw("data: {\"type\":\"response.created\",\"response\":{\"id\":\"r1\"}}\n\n")
            _ = try await raw.save([open])
            try await cleaner.poll()
            #expect(try await raw.closeAbandoned() == 1)
            try await cleaner.poll()
            #expect(try await stored(cleanURL)?.turns.map(\.state) == [.truncated])
        }
    }

    @Test("a database that cannot be written costs nothing once it can")
    func refused() async throws {
        try await withStores { raw, rawURL, cleanURL in
            let cleaner = Cleaner(raw: rawURL, clean: cleanURL)
            _ = try await raw.save([exchange("run-a", "one")])
            try await cleaner.poll()
            try await sqlite(cleanURL, "ALTER TABLE turns RENAME TO elsewhere")
            _ = try await raw.save([exchange("run-a", "two")])
            await #expect(throws: (any Error).self) { try await cleaner.poll() }
            try await sqlite(cleanURL, "ALTER TABLE elsewhere RENAME TO turns")
            try await cleaner.poll()
            try await expectWhole(raw, cleanURL)
        }
    }

    private func sqlite(_ url: URL, _ sql: String) async throws {
        let shell = Process()
        shell.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        shell.arguments = ["sqlite3", url.path, sql]
        try shell.run()
        shell.waitUntilExit()
        #expect(shell.terminationStatus == 0)
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
