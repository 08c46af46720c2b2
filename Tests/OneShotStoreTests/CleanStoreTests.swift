import Foundation
import GRDB
import OneShotCore
import OneShotTesting
import Testing

@testable import OneShotStore

@Suite("The clean store")
struct CleanStoreTests {
    private func session(_ id: String, agent: [String] = [], updated: String = "2026-01-01T00:00:00Z") -> Session {
        Session(sessionID: id, agentSessionIDs: agent, createdAt: "2026-01-01T00:00:00Z", updatedAt: updated)
    }

    /// Every field of every part.
    private var full: Session {
        var session = session("run-1", agent: ["thread-9"])
        session.agent = AgentIdentity(name: "codex_exec", version: "0.163.0")
        session.models = ["gpt-5.5", "other/model"]
        let call = ToolCall(callID: "call_1", name: "shell", arguments: "{\"cmd\":\"ls /\"}", result: "a\u{1}\n\"é\"")
        let input = InputItem(kind: "tool_result", role: "tool", text: "a/b", callID: "call_0")
        session.usage = Usage(inputTokens: 9, cachedInputTokens: 3, outputTokens: 2, reasoningTokens: 1)
        session.turns = (1...12).map { index in
            Turn(
                index: index,
                exchangeIDs: [Int64(index)],
                startedAt: "2026-01-01T00:00:00Z",
                firstByteMs: 4,
                durationMs: 9,
                model: "gpt-5.5",
                threadID: "thread-9",
                state: index == 12 ? .inFlight : .complete,
                input: [input, InputItem(kind: "message", text: "")],
                reasoning: ["why"],
                output: "out",
                toolCalls: [call],
                usage: Usage(
                    inputTokens: 9,
                    cachedInputTokens: 3,
                    outputTokens: 2,
                    reasoningTokens: 1,
                    cacheWriteTokens: 2
                ),
                providerUsage: ["b": 1, "a.c": 2],
                usageProblems: ["x"],
                error: "none"
            )
        }
        return session
    }

    @Test("a session is found by its id and by its agent's own id")
    func lookUp() async throws {
        try await withTemporaryDirectory { directory in
            let store = try CleanStore.openForWriting(directory.appendingPathComponent("clean.sqlite3"))
            let saved = session("run-1", agent: ["thread-9"])
            try store.save([saved], cursor: 7)
            #expect(try await store.session("run-1") == saved)
            #expect(try await store.session("thread-9") == saved)
            #expect(try await store.session("other") == nil)
            #expect(try await store.cursor() == 7)
        }
    }

    @Test("saving a session again replaces it, and the last changed comes first")
    func replace() async throws {
        try await withTemporaryDirectory { directory in
            let store = try CleanStore.openForWriting(directory.appendingPathComponent("clean.sqlite3"))
            try store.save([session("a"), session("b", updated: "2026-01-02T00:00:00Z")], cursor: 1)
            try store.save([session("a", updated: "2026-01-03T00:00:00Z")], cursor: 2)
            #expect(try await store.sessions().map(\.sessionID) == ["a", "b"])
            #expect(try await store.sessions(limit: 1).map(\.sessionID) == ["a"])
            try store.save([full], cursor: 3)
            var shorter = full
            shorter.turns.removeLast(3)
            try store.save([shorter], cursor: 4)
            #expect(try await store.session("run-1") == shorter)
        }
    }

    @Test("the view's text is the session's JSON, keys in their order")
    func text() async throws {
        try await withTemporaryDirectory { directory in
            let url = directory.appendingPathComponent("clean.sqlite3")
            try CleanStore.openForWriting(url).save([full, session("bare")], cursor: 1)
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            let texts = try await DatabaseQueue(path: url.path).read { database in
                try String.fetchAll(database, sql: "SELECT formatted_json FROM cleaned_sessions ORDER BY session_id")
            }
            let expected = try [session("bare"), full].map {
                String(decoding: try encoder.encode($0), as: UTF8.self)
            }
            #expect(texts == expected)
        }
    }

    @Test("a result reaches a stored turn, and only that")
    func results() async throws {
        try await withTemporaryDirectory { directory in
            let store = try CleanStore.openForWriting(directory.appendingPathComponent("clean.sqlite3"))
            try store.save([full], cursor: 1)
            var expected = full
            expected.turns[2].toolCalls[0].result = "other \u{2} \"text\""
            var update = SessionUpdate(whole: full)
            update.turns = []
            update.results = [.init(turn: 3, call: 0, text: "other \u{2} \"text\"")]
            try store.save([update], cursor: 2)
            #expect(try await store.session("run-1") == expected)
            try store.save([], removing: ["run-1"], cursor: 3)
            #expect(try await store.session("thread-9") == nil)
            #expect(try await store.sessionCount() == 0)
        }
    }

    @Test("a database of an older oneshot keeps its sessions")
    func migration() async throws {
        try await withTemporaryDirectory { directory in
            let url = directory.appendingPathComponent("clean.sqlite3")
            let old = try DatabaseQueue(path: url.path)
            try CleanStore.migrator.migrate(old, upTo: "1: cleaned sessions")
            let text = String(decoding: try JSONEncoder().encode(full), as: UTF8.self)
            try await old.write { database in
                try database.execute(
                    sql: "INSERT INTO cleaned_sessions VALUES ('run-1', ?, ?, ?)",
                    arguments: [full.createdAt, text, full.updatedAt]
                )
                try database.execute(sql: "UPDATE cursor SET last_revision = 12")
            }
            try old.close()
            #expect(try await CleanStore.openForReading(url).session("run-1") == full)
            let store = try CleanStore.openForWriting(url)
            #expect(try await store.session("run-1") == full)
            #expect(try await store.cursor() == 12)
            #expect(try store.progress(of: "run-1") == .init(settledTurns: 11, settledExchange: 11, schemaVersion: 1))
        }
    }

    @Test("says which file holds a turn that somebody has damaged, whichever way it is read")
    func damagedTurn() async throws {
        try await withTemporaryDirectory { directory in
            let url = directory.appendingPathComponent("clean.sqlite3")
            let store = try CleanStore.openForWriting(url)
            try store.save([full], cursor: 1)
            try await store.write {
                try $0.execute(sql: "UPDATE turns SET json = substr(json, 1, 40) WHERE position = 2")
            }
            let damaged = StoreError.unusable(
                path: url.path,
                reason: "a session in it is damaged (recorded ones are read again from the raw database)"
            )
            await #expect(throws: damaged) { try await store.session("run-1") }
            await #expect(throws: damaged) { try await store.sessions() }
            await #expect(throws: damaged) { try await store.turns(of: "run-1", after: 0) }
            #expect(throws: damaged) { try store.readSession("run-1") }
        }
    }
}
