import Foundation
import OneShotCore
import OneShotTesting
import Testing

@testable import OneShotSessions

@Suite("Agents' own files")
struct TranscriptTests {
    private func read(_ text: String, name: String = "rollout-x.jsonl") async throws -> Transcript {
        try await withTemporaryDirectory { directory in
            let file = directory.appendingPathComponent(name)
            try text.write(to: file, atomically: true, encoding: .utf8)
            return try Transcript.read(file, prices: .shipped)
        }
    }

    private func read(_ lines: [JSON]) async throws -> Transcript { try await read(SampleTranscript.text(lines)) }

    @Test("a rollout is the conversation that it tells, call by call")
    func rollout() async throws {
        let transcript = try await read(SampleTranscript.rollout)
        let session = transcript.session
        #expect(transcript.sessionID == "thread-1" && transcript.part == "thread-1" && !transcript.isCut)
        #expect(session.sources == [.codexRollout])
        #expect(session.agent == AgentIdentity(name: "codex_exec", version: "0.163.0"))
        #expect(session.repository?.commit == "814a277" && session.repository?.branch == "main")
        #expect(session.turns.map(\.responseID) == ["resp_1", "resp_2", "resp_3"])
        #expect(session.turns.map(\.kind) == [.user, .continuation, .user])
        #expect(session.turns.map(\.output) == ["", "There is a.txt.", "You are welcome."])
        #expect(session.turns[0].input.map(\.text).suffix(1) == ["list the files"])
        #expect(session.turns[0].input.first?.text == "You are Codex.")
        #expect(session.turns[0].reasoning == ["Look first."])
        #expect(session.turns[0].toolCalls.first?.result == "a.txt")
        #expect(session.turns[0].durationMs == 2000)
        #expect(session.turns[2].idleMs == 60_000)
        #expect(session.usage == Usage(inputTokens: 360, cachedInputTokens: 15, outputTokens: 35, reasoningTokens: 3))
        #expect(session.turns.allSatisfy { $0.usageProblems == nil && $0.costUSD != nil })
        #expect(session.threads.map(\.turns) == [3])
        #expect(session.prompt(ofTurn: 3)?.map(\.text).suffix(3) == ["a.txt", "There is a.txt.", "thanks"])
        #expect(session.unknownEvents == nil)
    }

    @Test("a rollout from before the records of usage has its usage from the counts")
    func olderRollout() async throws {
        func count(_ total: Int, _ last: Int) -> JSON {
            SampleTranscript.line(
                9,
                "event_msg",
                [
                    "type": "token_count",
                    "info": [
                        "total_token_usage": ["input_tokens": JSON(total)],
                        "last_token_usage": ["input_tokens": JSON(last), "total_tokens": JSON(last)],
                    ],
                ]
            )
        }
        let lines = SampleTranscript.rollout.filter {
            $0["type"] != "token_usage_record" && $0["payload"]?["type"] != "token_count"
        }
        var counted = Array(lines[...5]) + [lines[6], count(10, 10)] + lines[7...]
        // Told twice, as it is when the limits change.
        counted.insert(count(10, 10), at: 8)
        let session = try await read(counted + [count(30, 20)]).session
        #expect(session.turns.map(\.output) == ["", "There is a.txt.", "You are welcome."])
        #expect(session.turns.map { $0.usage?.inputTokens } == [10, nil, 20])
    }

    @Test("a compaction is a turn of its own, and what follows does not go on from the history")
    func compaction() async throws {
        let summary = SampleTranscript.line(
            70,
            "compacted",
            ["message": "We listed files.", "replacement_history": [Sample.user("We listed files.")]]
        )
        let lines =
            SampleTranscript.rollout + [SampleTranscript.record(69, "resp_c", input: 50, output: 9), summary]
            + [SampleTranscript.item(71, Sample.user("go on")), SampleTranscript.item(72, Sample.message("Yes."))]
            + [SampleTranscript.record(72, "resp_4", input: 20, output: 2)]
        let session = try await read(lines).session
        #expect(session.turns.map(\.kind).suffix(2) == [.compaction, .user])
        #expect(session.turns[3].output == "We listed files.")
        #expect(session.prompt(ofTurn: 5)?.map(\.text) == ["We listed files.", "go on"])
        #expect(session.usage.inputTokens == 430)
    }

    @Test("failures, aborts and lines that nobody knows are told, and cost no turn")
    func trouble() async throws {
        let session = try await read(
            SampleTranscript.rollout + [
                SampleTranscript.line(70, "from_the_future", ["x": 1]),
                SampleTranscript.item(71, Sample.user("more")),
                SampleTranscript.line(72, "event_msg", ["type": "error", "message": "overloaded"]),
                SampleTranscript.item(73, Sample.user("again")),
                SampleTranscript.item(74, Sample.message("I beg")),
                SampleTranscript.line(75, "event_msg", ["type": "turn_aborted"]),
            ]
        ).session
        #expect(session.turns.map(\.state) == [.complete, .complete, .complete, .failed, .truncated])
        #expect(session.turns[3].error == "overloaded")
        #expect(session.unknownEvents == ["from_the_future": 1])
    }

    @Test("a subagent's rollout belongs to the session that started it")
    func subagent() async throws {
        let source: JSON = [
            "subagent": ["thread_spawn": ["parent_thread_id": "thread-1", "agent_path": "/root/scout"]]
        ]
        var lines = SampleTranscript.rollout
        lines[0] = SampleTranscript.meta("thread-2", session: "thread-1", source: source)
        let transcript = try await read(lines)
        #expect(transcript.sessionID == "thread-1" && transcript.part == "thread-2")
        #expect(transcript.session.threads.map(\.kind) == [.subagent])
        #expect(transcript.session.threads.first?.name == "/root/scout")
        #expect(transcript.session.turns.first?.kind == .other)
    }

    @Test("a transcript of Claude Code: blocks of one answer are one turn, its usage is counted once")
    func claude() async throws {
        let transcript = try await read(SampleTranscript.transcript)
        let session = transcript.session
        #expect(transcript.sessionID == "session-1")
        #expect(session.sources == [.claudeTranscript])
        #expect(session.agent == AgentIdentity(name: "claude-cli", version: "2.1.330"))
        #expect(session.repository == SessionRepository(directory: "/src/tally", branch: "main"))
        #expect(session.turns.map(\.responseID) == ["msg_1", "msg_2", "msg_3"])
        #expect(session.turns.map(\.kind) == [.user, .other, .continuation])
        #expect(session.turns[0].reasoning == ["I look first."])
        #expect(session.turns[0].output == "Let me look.")
        #expect(session.turns[0].toolCalls.map(\.result) == ["a.txt", "started"])
        #expect(session.turns[0].toolCalls.map(\.isError) == [true, nil])
        #expect(session.turns[0].startedAt == SampleTranscript.time(1))
        #expect(session.turns[0].stopReason == "tool_use")
        #expect(
            session.usage == Usage(inputTokens: 345, cachedInputTokens: 300, outputTokens: 60, cacheWriteTokens: 15)
        )
        #expect(session.threads.map(\.threadID) == ["session-1", "agent-7"])
        #expect(session.threads.map(\.name) == [nil, "scout"])
        #expect(session.threads.map(\.turns) == [2, 1])
    }

    @Test("a half-written last line is left out, and said", arguments: [true, false])
    func cut(isClaude: Bool) async throws {
        let lines = isClaude ? SampleTranscript.transcript : SampleTranscript.rollout
        let text = SampleTranscript.text(lines)
        let whole = try await read(lines)
        for end in ["", "\n"] {
            let cut = try await read(text + #"{"type": "user", "timest"# + end)
            #expect(cut.isCut && cut.session == whole.session)
        }
        // Whatever is cut off, what is before it is read.
        for length in stride(from: text.utf8.count - 1, to: 900, by: -977) {
            let part = try await read(String(decoding: text.utf8.prefix(length), as: UTF8.self))
            #expect(part.session.turns.count <= whole.session.turns.count)
        }
    }

    @Test(
        "what is no agent's file is refused with its line",
        arguments: [
            ("", 1, "no session"), ("\n\n", 1, "no session"), ("hello\n", 1, "no JSON object"),
            ("[1]\n", 1, "no JSON object"), ("{\"a\":1}\n", 1, "neither"),
            ("{\"type\":\"user\",\"sessionId\":\"s\"}\nhello\n{}\n", 2, "no JSON object"),
            ("{\"type\":\"event_msg\",\"payload\":{}}\n", 1, "no session"),
        ] as [(String, Int, String)]
    )
    func refused(text: String, line: Int, problem: String) async throws {
        do {
            _ = try await read(text)
            Issue.record("it was read")
        } catch let error as TranscriptError {
            #expect("\(error)".contains("line \(line): ") && "\(error)".contains(problem), "\(error)")
        }
    }
}
