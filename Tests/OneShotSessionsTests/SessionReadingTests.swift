import Foundation
import OneShotCore
import OneShotStore
import OneShotTesting
import Testing

@testable import OneShotSessions

@Suite("Reading sessions")
struct SessionReadingTests {
    private var session: Session {
        Session(
            sessionID: "run-1",
            agentSessionIDs: ["01a2"],
            agent: AgentIdentity(name: "codex_exec", version: "0.163.0"),
            models: ["gpt-5.5"],
            createdAt: "2026-11-22T13:45:01.250Z",
            updatedAt: "2026-11-22T13:46:01.250Z",
            turns: [
                Turn(
                    index: 1,
                    exchangeIDs: [3],
                    startedAt: "2026-11-22T13:45:01.250Z",
                    firstByteMs: 40,
                    state: .complete,
                    input: [InputItem(kind: "message", role: "user", text: "list the files")],
                    reasoning: ["Look first."],
                    toolCalls: [
                        ToolCall(callID: "c1", name: "exec_command", arguments: "ls", result: "```\na.txt\n```"),
                        ToolCall(callID: "c2", name: "mcp__oneshot.repo_start_task_v1", arguments: "{}"),
                    ],
                    usage: Usage(inputTokens: 10, cachedInputTokens: 4, outputTokens: 2)
                ),
                Turn(
                    index: 2,
                    exchangeIDs: [4],
                    startedAt: "2026-11-22T13:45:05.250Z",
                    state: .inFlight,
                    output: "a.txt"
                ),
            ],
            usage: Usage(inputTokens: 10, cachedInputTokens: 4, outputTokens: 2)
        )
    }

    @Test("Markdown tells the conversation: question, thought, call, result, answer")
    func markdown() throws {
        let text = SessionMarkdown.render(session)
        let order = [
            "# Session run-1", "list the files", "Look first.", "calls `exec_command`", "a.txt\n```\n````",
            "Turn 2 (going on)",
        ]
        let places = order.map { text.range(of: $0)?.lowerBound }
        #expect(places.allSatisfy { $0 != nil })
        #expect(places.compactMap { $0 } == places.compactMap { $0 }.sorted())
        #expect(text.contains("10 in (4 cached), 2 out"))
    }

    @Test("the monitor's screen fits the terminal and marks MCP calls")
    func screen() {
        let lines = MonitorView.screen([SessionOverview(session)], rows: 10, columns: 60)
        #expect(lines.count <= 10)
        #expect(lines.allSatisfy { $0.count <= 60 })
        #expect(lines.first?.hasPrefix("● run-1") == true)
        #expect(lines.contains { $0.contains("MCP mcp__oneshot.repo_start_task_v1") })
    }

    @Test("the monitor tells of each turn once, when it has ended")
    func news() {
        var view = MonitorView()
        var session = session
        #expect(view.news(in: [SessionOverview(session)]).count == 3)
        #expect(view.news(in: [SessionOverview(session)]).isEmpty)
        session.turns[1].state = .complete
        #expect(view.news(in: [SessionOverview(session)]) == ["run-1 turn 2: a.txt"])
    }

    @Test("a session is found by its id, by the agent's, and by the beginning of one")
    func archive() async throws {
        try await withTemporaryDirectory { directory in
            let workspace = Workspace(root: directory)
            let archive = SessionArchive(workspace)
            await #expect(throws: StoreError.self) { try await archive.sessions() }
            _ = try RawStore.openForWriting(workspace.rawDatabase)
            var other = session
            other.sessionID = "run-2"
            other.agentSessionIDs = []
            try CleanStore.openForWriting(workspace.cleanDatabase).save([session, other], cursor: 4)
            #expect(try await archive.session("01a2") == session)
            #expect(try await archive.session("run-2") == other)
            #expect(try await archive.session("01") == session)
            await #expect(throws: SessionError.ambiguous(id: "run", sessions: ["run-1", "run-2"])) {
                try await archive.session("run")
            }
            await #expect(throws: SessionError.unknown(id: "x")) { try await archive.session("x") }
            #expect(try await archive.version() == 4)
        }
    }
}
