import Foundation
import OneShotCore
import OneShotStore
import OneShotTesting
import Testing

@testable import OneShotSessions

@Suite("Importing sessions")
struct SessionImportTests {
    private func write(_ lines: [JSON], to file: URL) throws {
        try AtomicFile.makeDirectory(file.deletingLastPathComponent())
        try SampleTranscript.text(lines).write(to: file, atomically: true, encoding: .utf8)
    }

    private func withWorkspace(_ body: (Workspace, URL) async throws -> Void) async throws {
        try await withTemporaryDirectory { directory in
            let workspace = Workspace(root: directory.appendingPathComponent("work"))
            try AtomicFile.makeDirectory(workspace.data)
            try await body(workspace, directory.appendingPathComponent("codex/rollout-a.jsonl"))
        }
    }

    @Test("a file becomes a session; again changes nothing; grown, it grows; an older copy takes nothing away")
    func again() async throws {
        try await withWorkspace { workspace, file in
            let sessions = SessionImport(workspace)
            let archive = SessionArchive(workspace)
            try write(Array(SampleTranscript.rollout.prefix(12)), to: file)
            #expect(try await sessions.take(file).outcome == .new)
            let before = try await archive.session("thread-1")
            #expect(before.turns.count == 2)
            let version = try await archive.version()
            #expect(try await sessions.take(file).outcome == .unchanged)
            #expect(try await archive.version() == version)
            let older = file.deletingLastPathComponent().appendingPathComponent("rollout-b.jsonl")
            try FileManager.default.moveItem(at: file, to: older)
            try write(SampleTranscript.rollout, to: file)
            let bytes = try Data(contentsOf: file)
            #expect(try await sessions.take(file).outcome == .updated)
            #expect(try await archive.version() != version)
            let result = try await sessions.take(older)
            #expect(result.outcome == .unchanged && result.note != nil)
            #expect(try await archive.session("thread").turns.count == 3)
            #expect(try await archive.sessions().map(\.sessionID) == ["thread-1"])
            #expect(try Data(contentsOf: file) == bytes)
        }
    }

    @Test("the files of one session are one session, whichever comes first", arguments: [true, false])
    func subagents(mainFirst: Bool) async throws {
        try await withWorkspace { workspace, file in
            let source: JSON = ["subagent": ["thread_spawn": ["parent_thread_id": "thread-1"]]]
            let sub = file.deletingLastPathComponent().appendingPathComponent("rollout-b.jsonl")
            try write(SampleTranscript.rollout, to: file)
            try write(
                [
                    SampleTranscript.meta("thread-2", session: "thread-1", source: source),
                    SampleTranscript.item(7, Sample.user("look around")),
                    SampleTranscript.item(8, Sample.message("Nothing.")),
                    SampleTranscript.record(8, "resp_sub", input: 1000, output: 1),
                ],
                to: sub
            )
            let sessions = SessionImport(workspace)
            // Either brings the other along.
            #expect(try sessions.files(at: [file]).count == 2)
            for file in mainFirst ? [file, sub] : [sub, file] { _ = try await sessions.take(file) }
            let session = try await SessionArchive(workspace).session("thread-1")
            #expect(session.turns.map(\.responseID) == ["resp_1", "resp_2", "resp_sub", "resp_3"])
            #expect(session.threads.map(\.threadID) == ["thread-1", "thread-2"])
            #expect(session.threads.map(\.usage.inputTokens) == [360, 1000])
            #expect(session.usage.inputTokens == 1360)
            #expect(session.prompt(ofTurn: 4)?.last?.text == "thanks")
            #expect(session.prompt(ofTurn: 4)?.contains { $0.text == "look around" } == false)
        }
    }

    /// The first call as the recorder saw it, and another one that the file does not have.
    private func recorded(_ state: Turn.State = .complete) -> Session {
        var first = Turn(
            index: 1,
            exchangeIDs: [7],
            kind: .user,
            startedAt: SampleTranscript.time(1),
            firstByteMs: 40,
            model: "gpt-5-2026",
            threadID: "thread-1",
            state: state,
            responseID: "resp_1",
            input: [InputItem(kind: "message", role: "user", text: "list the files")],
            output: "recorded",
            usage: Usage(inputTokens: 100, cachedInputTokens: 5, outputTokens: 10)
        )
        first.toolCalls = [ToolCall(callID: "call_1", name: "exec_command", arguments: "{}")]
        let last = Turn(
            index: 2,
            exchangeIDs: [9],
            startedAt: SampleTranscript.time(90),
            threadID: "thread-1",
            state: .complete,
            responseID: "resp_9",
            retryOf: 1,
            prompt: TurnPrompt(continues: 1),
            output: "later"
        )
        return Session(
            sessionID: "run-1",
            agentSessionIDs: ["thread-1"],
            createdAt: SampleTranscript.time(1),
            updatedAt: SampleTranscript.time(91),
            sources: [.recorded],
            turns: [first, last]
        )
    }

    @Test("recorded turns stay, the file adds the others, and the session is one")
    func matched() async throws {
        try await withWorkspace { workspace, file in
            try CleanStore.openForWriting(workspace.cleanDatabase).save([recorded()], cursor: 1)
            try write(SampleTranscript.rollout, to: file)
            #expect(try await SessionImport(workspace).take(file).recordedID == "run-1")
            let archive = SessionArchive(workspace)
            for id in ["run-1", "thread-1"] {
                let session = try await archive.session(id)
                #expect(session.sessionID == "run-1")
                #expect(session.sources == [.recorded, .codexRollout])
                #expect(session.repository?.commit == "814a277")
                #expect(session.turns.map(\.responseID) == ["resp_1", "resp_2", "resp_3", "resp_9"])
                #expect(session.turns.map(\.index) == [1, 2, 3, 4])
                #expect(session.turns[0].output == "recorded" && session.turns[0].model == "gpt-5-2026")
                #expect(session.turns[0].exchangeIDs == [7] && session.turns[0].toolCalls[0].result == "a.txt")
                #expect(session.turns[3].retryOf == 1 && session.turns[3].prompt?.continues == 1)
                #expect(session.usage.inputTokens == 360)
            }
            #expect(try await archive.sessions().map(\.sessionID) == ["run-1"])
            var overviews = SessionOverviews(archive)
            #expect(try await overviews.newest(limit: 9).map(\.counts.turns) == [4])
            // The cleaner goes on with its own.
            var grown = recorded()
            grown.turns.removeLast()
            try CleanStore.openForWriting(workspace.cleanDatabase).save([grown], cursor: 2)
            #expect(try await archive.session("run-1").turns.map(\.responseID) == ["resp_1", "resp_2", "resp_3"])
            let search = SessionSearch(archive)
            let query = try #require(SearchQuery(words: ["welcome"]))
            #expect(try await search.run(query).hits.map(\.turn) == [3])
        }
    }

    @Test("what was recorded under another name is not told again")
    func recordedTwice() async throws {
        try await withWorkspace { workspace, file in
            var earlier = recorded()
            earlier.sessionID = "run-0"
            earlier.turns.removeLast()
            var later = recorded()
            later.turns.removeFirst()
            later.turns[0].index = 1
            later.turns[0].prompt = nil
            later.turns[0].retryOf = nil
            let clean = try CleanStore.openForWriting(workspace.cleanDatabase)
            try clean.save([earlier, later], cursor: 1)
            try write(SampleTranscript.rollout, to: file)
            _ = try await SessionImport(workspace).take(file)
            let archive = SessionArchive(workspace)
            #expect(try await archive.session("run-0").turns.map(\.responseID) == ["resp_1"])
            #expect(try await archive.session("run-1").turns.map(\.responseID) == ["resp_2", "resp_3", "resp_9"])
        }
    }

    @Test("an answer whose recording was cut is told as the file has it")
    func cutRecording() {
        let session = SessionMerge.merge(
            recorded(.truncated),
            Session(
                sessionID: "thread-1",
                createdAt: "2026",
                updatedAt: "2026",
                turns: [
                    Turn(
                        index: 1,
                        exchangeIDs: [],
                        startedAt: SampleTranscript.time(1),
                        state: .complete,
                        responseID: "resp_1",
                        output: "whole"
                    )
                ]
            )
        )
        #expect(session.turns[0].output == "whole" && session.turns[0].state == .complete)
        #expect(session.turns[0].exchangeIDs == [7])
    }

    @Test("merging with oneself changes nothing")
    func idempotent() async throws {
        try await withWorkspace { workspace, file in
            try write(SampleTranscript.transcript, to: file)
            let session = try Transcript.read(file, prices: .shipped).session
            #expect(SessionMerge.merge(session, session) == session)
            let once = SessionMerge.merge(recorded(), session)
            #expect(SessionMerge.merge(once, session) == once)
        }
    }

    @Test("a credential that the recorder has seen does not come in with a file")
    func secrets() async throws {
        try await withWorkspace { workspace, file in
            let secret = "token-\(UInt64.random(in: .min ... .max))-\(UInt64.random(in: .min ... .max))"
            let key = try FingerprintKey.loadOrCreate(at: FingerprintKey.url(beside: workspace.rawDatabase))
            let raw = try RawStore.openForWriting(workspace.rawDatabase)
            let exchange = Exchange(
                startedAtMs: 1,
                method: "GET",
                url: "https://a/",
                transport: .http,
                state: .complete,
                sessionID: "other"
            )
            let change = ExchangeChange(
                token: 1,
                exchange: exchange,
                secrets: [
                    key.fingerprint(secret.utf8, name: "authorization"), key.fingerprint("thanks".utf8, name: "x"),
                ]
            )
            _ = try await raw.record([change])
            let lines =
                SampleTranscript.rollout + [
                    SampleTranscript.item(70, Sample.user("my key is \(secret)\nthanks")),
                    SampleTranscript.item(71, Sample.message("I see \(secret)!")),
                    SampleTranscript.record(71, "resp_s", input: 1, output: 1),
                ]
            try write(lines, to: file)
            _ = try await SessionImport(workspace).take(file)
            let turn = try #require(try await SessionArchive(workspace).session("thread-1").turns.last)
            #expect(turn.output == "I see [REDACTED]!")
            #expect(turn.input.last?.text == "my key is [REDACTED]\nthanks")
            for name in try FileManager.default.contentsOfDirectory(
                atPath: workspace.cleanDatabase.deletingLastPathComponent().path
            ) {
                let file = workspace.cleanDatabase.deletingLastPathComponent().appendingPathComponent(name)
                #expect(try Data(contentsOf: file).range(of: Data(secret.utf8)) == nil, "\(name)")
            }
        }
    }

    @Test("prune takes imported sessions that are old, and what the search knows of them")
    func prune() async throws {
        try await withWorkspace { workspace, file in
            try write(SampleTranscript.rollout, to: file)
            _ = try await SessionImport(workspace).take(file)
            let search = SessionSearch(SessionArchive(workspace))
            let query = try #require(SearchQuery(words: ["welcome"]))
            #expect(try await search.run(query).hits.count == 1)
            let index = SearchIndex.url(beside: workspace.cleanDatabase)
            let retention = SessionRetention(workspace)
            let age = Duration.seconds(-1_000_000_000)
            #expect(try await retention.prune(olderThan: age, keepingTasks: true, dryRun: true).importedSessions == 1)
            #expect(FileManager.default.fileExists(atPath: index.path))
            #expect(try await retention.prune(olderThan: age, keepingTasks: true, dryRun: false).importedSessions == 1)
            #expect(!FileManager.default.fileExists(atPath: index.path))
            #expect(try await SessionArchive(workspace).sessions().isEmpty)
            #expect(try await search.run(query).hits.isEmpty)
        }
    }

    @Test("directories are searched for agents' files; nothing there is said")
    func directories() async throws {
        try await withWorkspace { workspace, file in
            let sessions = SessionImport(workspace)
            let home = file.deletingLastPathComponent()
            #expect(throws: TranscriptError.self) { try sessions.files(at: [home]) }
            try write(SampleTranscript.rollout, to: file)
            try write([], to: home.appendingPathComponent("history.jsonl"))
            #expect(try sessions.files(at: [home]).map(\.lastPathComponent) == ["rollout-a.jsonl"])
            #expect(throws: TranscriptError.self) { try sessions.files(at: [home.appendingPathComponent("none")]) }
            let environment = ["CODEX_HOME": home.path, "HOME": "/home/me"]
            #expect(AgentFiles.codex.directory(environment: environment).path == home.path + "/sessions")
            #expect(AgentFiles.claude.directory(environment: environment).path == "/home/me/.claude/projects")
        }
    }
}
