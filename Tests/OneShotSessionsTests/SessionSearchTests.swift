import Foundation
import OneShotCore
import OneShotStore
import OneShotTesting
import Testing

@testable import OneShotSessions

@Suite("Searching sessions", .timeLimit(.minutes(2)))
struct SessionSearchTests {
    private func session(_ id: String, turns: ClosedRange<Int>, live: Bool = false) -> Session {
        Session(
            sessionID: id,
            createdAt: "2026-01-01T00:00:00.000Z",
            updatedAt: "2026-01-01T00:00:00.\(100 + turns.upperBound % 900)Z",
            turns: turns.map { index in
                Turn(
                    index: index,
                    exchangeIDs: [Int64(index)],
                    startedAt: "2026-01-01T00:00:00.000Z",
                    state: live && index == turns.upperBound ? .inFlight : .complete,
                    input: [InputItem(kind: "message", role: "user", text: "step \(index) of \(id)")],
                    output: "word\(index) answer"
                )
            }
        )
    }

    private func query(_ words: String...) throws -> SearchQuery { try #require(SearchQuery(words: words)) }

    @Test("a second search of 10,000 turns reads no session again, and a new turn costs that turn")
    func work() async throws {
        try await withTemporaryDirectory { directory in
            let workspace = Workspace(root: directory)
            let store = try CleanStore.openForWriting(workspace.cleanDatabase)
            let sessions = (1...10).map { session("run-\($0)", turns: 1...1000) }
            try store.save(sessions, cursor: 1)
            let search = SessionSearch(SessionArchive(workspace))
            let first = try await search.run(query("word777"))
            #expect(first.work == .init(compared: 10, turnsRead: 10_000))
            #expect(first.hits.count == 10)
            #expect(first.hits.allSatisfy { $0.turn == 777 })
            let second = try await search.run(query("word778"))
            #expect(second.work == .init())
            #expect(second.hits.count == 10)
            try store.save([session("run-3", turns: 1...1001)], cursor: 2)
            let third = try await search.run(query("word1001"))
            #expect(third.work == .init(compared: 10, turnsRead: 1))
            #expect(third.hits.map(\.sessionID) == ["run-3"])
        }
    }

    @Test("an answer that goes on is found as far as it has come, and once")
    func live() async throws {
        try await withTemporaryDirectory { directory in
            let workspace = Workspace(root: directory)
            let store = try CleanStore.openForWriting(workspace.cleanDatabase)
            let search = SessionSearch(SessionArchive(workspace))
            var live = session("run-1", turns: 1...3, live: true)
            for (cursor, said) in [(1, "penguin"), (2, "penguin walrus")] {
                live.turns[2].output = said
                try store.save([live], cursor: Int64(cursor))
                #expect(try await search.run(query("penguin")).hits.map(\.turn) == [3])
            }
            #expect(try await search.run(query("walrus")).hits.count == 1)
        }
    }

    @Test("a session that is gone is found no longer")
    func gone() async throws {
        try await withTemporaryDirectory { directory in
            let workspace = Workspace(root: directory)
            let store = try CleanStore.openForWriting(workspace.cleanDatabase)
            let search = SessionSearch(SessionArchive(workspace))
            try store.save([session("run-1", turns: 1...2), session("run-2", turns: 1...2)], cursor: 1)
            #expect(try await search.run(query("word1")).hits.count == 2)
            try store.save([], removing: ["run-1"], cursor: 2)
            let result = try await search.run(query("word1"))
            #expect(result.hits.map(\.sessionID) == ["run-2"])
            #expect(result.work.removed == 1)
            var narrow = try query("word1")
            narrow.sessionID = "run-"
            #expect(try await search.run(narrow).hits.count == 1)
            narrow.sessionID = "run-1"
            let gone = narrow
            await #expect(throws: SessionError.unknown(id: "run-1")) { try await search.run(gone) }
        }
    }

    @Test(
        "words, phrases and beginnings are told apart",
        arguments: [
            (["a b"], ["a", "b"]), (["a", "b c"], ["a", "b c"]), (["\"a b\" c"], ["a b", "c"]),
            (["migrat*"], ["migrat*"]), (["\"a b*\""], ["a b*"]), (["a", "-", "(", "b"], ["a", "b"]),
            (["say \"it"], ["say", "it"]),
        ] as [([String], [String])]
    )
    func words(given: [String], phrases: [String]) {
        #expect(SearchQuery(words: given)?.phrases.map { $0.text + ($0.isPrefix ? "*" : "") } == phrases)
    }

    @Test("nothing to look for is nothing", arguments: [[], [""], ["\"\""], ["*"], ["-", "()"]])
    func nothing(words: [String]) {
        #expect(SearchQuery(words: words) == nil)
    }

    @Test("a snippet is one line without control characters, in JSON with the places of what was found")
    func snippet() {
        let hit = SearchHit(
            sessionID: "a",
            turn: 1,
            place: "result",
            tool: "shell",
            startedAt: "2026",
            snippet: ["one\n\u{1B}[31mtwo ", "three", " é ", "four", ""]
        )
        #expect(hit.line(marks: ("<", ">")) == "one two <three> é <four>")
        #expect(hit.placeText == "result of shell")
        let text = hit.json["snippet"]?.string ?? ""
        let matches = (hit.json["matches"]?.elements ?? []).map { match in
            let scalars = Array(text.unicodeScalars)
            let start = match["start"]?.int ?? 0
            return String(String.UnicodeScalarView(scalars[start..<start + (match["length"]?.int ?? 0)]))
        }
        #expect(matches == ["three", "four"])
    }
}
