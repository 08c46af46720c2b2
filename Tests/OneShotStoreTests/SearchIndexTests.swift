import Foundation
import GRDB
import OneShotCore
import OneShotTesting
import Testing

@testable import OneShotStore

@Suite("The search index")
struct SearchIndexTests {
    private func turn(_ index: Int, _ output: String, model: String = "gpt-5.5") -> Turn {
        Turn(
            index: index,
            exchangeIDs: [],
            startedAt: "2026-01-0\(index)T00:00:00.000Z",
            model: model,
            state: .complete,
            output: output
        )
    }

    private func withIndex(_ body: (SearchIndex, URL) async throws -> Void) async throws {
        try await withTemporaryDirectory { directory in
            let url = SearchIndex.url(beside: directory.appendingPathComponent("traces.sqlite3"))
            try await body(try SearchIndex.open(url), url)
        }
    }

    private func query(_ words: String..., prefix: Bool = false) -> SearchQuery {
        SearchQuery(phrases: words.map { .init($0, isPrefix: prefix) })
    }

    @Test("a text is found by all its words, with its place, and what was found is marked")
    func find() async throws {
        try await withIndex { index, _ in
            var turn = turn(2, "The Müller migration is done.")
            turn.input = [InputItem(kind: "message", role: "user", text: "please migrate")]
            turn.toolCalls = [ToolCall(callID: "c1", name: "shell", arguments: "{\"cmd\":\"ls\"}")]
            try await index.replace("run-1", after: 1, with: [turn], entry: .init(stamp: "a", settledTurns: 2))
            let hit = try #require(try await index.search(query("muller", "migration")).first)
            #expect(hit.sessionID == "run-1" && hit.turn == 2 && hit.place == "assistant")
            #expect(hit.snippet == ["The ", "Müller", " ", "migration", " is done."])
            #expect(
                try await index.search(query("migra", prefix: true)).map(\.place).sorted() == ["assistant", "user"]
            )
            #expect(try await index.search(query("cmd")).first?.tool == "shell")
            #expect(try await index.search(query("absent")).isEmpty)
        }
    }

    @Test("a result is found at its call, and told once")
    func results() async throws {
        try await withIndex { index, _ in
            var first = turn(1, "")
            first.toolCalls = [
                ToolCall(callID: "c1", name: "shell", arguments: "ls"),
                ToolCall(callID: "c2", name: "web", arguments: "{}", result: "penguin"),
            ]
            var second = turn(2, "done")
            second.input = [
                InputItem(kind: "tool_result", role: "tool", text: "walrus", callID: "c1"),
                InputItem(kind: "tool_result", role: "tool", text: "penguin", callID: "c2"),
            ]
            let entry = SearchIndex.Entry(stamp: "a", settledTurns: 1)
            for _ in 0..<2 {
                try await index.replace("run-1", after: 0, with: [first], entry: entry)
                try await index.replace("run-1", after: 1, with: [second], entry: entry)
                try await index.replace("run-1", after: 1, with: [second], entry: entry)
                for (word, tool) in [("walrus", "shell"), ("penguin", "web")] {
                    let hits = try await index.search(query(word))
                    #expect(hits.map(\.turn) == [1], "\(word)")
                    #expect(hits.map(\.tool) == [tool])
                }
            }
        }
    }

    @Test("filters narrow it, and instructions are left out unless asked for")
    func filters() async throws {
        try await withIndex { index, _ in
            var asked = turn(1, "apple", model: "claude-opus-5")
            asked.input = [InputItem(kind: "message", role: "developer", text: "apple apple apple")]
            try await index.replace("a", after: 0, with: [asked], entry: .init(stamp: "", settledTurns: 0))
            try await index.replace("b", after: 1, with: [turn(2, "apple")], entry: .init(stamp: "", settledTurns: 0))
            func sessions(_ change: (inout SearchQuery) -> Void) async throws -> [String] {
                var query = query("apple")
                change(&query)
                return try await index.search(query).map(\.sessionID).sorted()
            }
            #expect(try await sessions { _ in } == ["a", "b"])
            #expect(try await sessions { $0.sessionID = "b" } == ["b"])
            #expect(try await sessions { $0.model = "OPUS" } == ["a"])
            #expect(try await sessions { $0.since = "2026-01-02" } == ["b"])
            #expect(try await sessions { $0.includesInstructions = true } == ["a", "a", "b"])
            #expect(try await sessions { $0.limit = 1 }.count == 1)
        }
    }

    @Test(
        "whatever is looked for, it is no error",
        arguments: [
            "\"", "\"\"", "a\"b", "*", "a*", "AND", "OR NOT", "NEAR(a b)", "(", ")", "^a", "text:a", "a + b", "{a}",
            "-a",
            "'; DROP TABLE texts", "\u{0}", "a\u{0}b", "✓", "🙂", "\\", "%", "_", String(repeating: "a ", count: 3000),
        ]
    )
    func strange(words: String) async throws {
        try await withIndex { index, _ in
            try await index.replace("a", after: 0, with: [turn(1, "a b")], entry: .init(stamp: "", settledTurns: 0))
            for prefix in [false, true] {
                let hits = try await index.search(query(words, "a", prefix: prefix))
                #expect(hits.count <= 1)
            }
        }
    }

    @Test("what is removed has left no trace in the file")
    func removal() async throws {
        try await withIndex { index, url in
            let secret = "xylophone\(UInt32.random(in: .min ... .max))"
            for (id, text) in [("gone", secret), ("stays", "apple")] {
                try await index.replace(id, after: 0, with: [turn(1, text)], entry: .init(stamp: "", settledTurns: 0))
            }
            #expect(try Data(contentsOf: url).range(of: Data(secret.utf8)) != nil)
            try await index.remove(["gone"])
            #expect(try Data(contentsOf: url).range(of: Data(secret.utf8)) == nil)
            #expect(try await index.entries().keys.sorted() == ["stays"])
            #expect(try await index.search(query("apple")).count == 1)
        }
    }

    @Test("only its owner reads it; a damaged or older one is made anew, a stranger is left alone")
    func file() async throws {
        try await withIndex { index, url in
            try await index.setCatalog("x")
            let mode = try FileManager.default.attributesOfItem(atPath: url.path)[.posixPermissions] as? Int
            #expect(mode == 0o600)
            #expect(try await SearchIndex.open(url).catalog() == "x")
            try await index.queue.write { try $0.execute(sql: "PRAGMA user_version = 0") }
            #expect(try await SearchIndex.open(url).catalog().isEmpty)
            // Its header is sound, and nothing else.
            var bytes = try Data(contentsOf: url)
            for offset in 100..<bytes.count { bytes[offset] = 0x55 }
            try bytes.write(to: url)
            let found = try await SearchIndex.using(url) { try await $0.catalog() }
            #expect(found.isEmpty)
            try Data("a diary".utf8).write(to: url)
            #expect(throws: StoreError.self) { try SearchIndex.open(url) }
            #expect(try Data(contentsOf: url) == Data("a diary".utf8))
        }
    }
}
