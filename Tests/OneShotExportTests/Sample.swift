import Foundation
import OneShotCore
import OneShotRedaction

@testable import OneShotExport

/// A session with everything in it that exports have to cope with.
enum Sample {
    static let hostile = "</pre></details><script>document.title='owned'</script><img src=x onerror=alert(1)>"

    static func time(_ seconds: Int) -> String {
        Timestamp.iso(milliseconds: 1_795_354_800_000 + Int64(seconds) * 1000)
    }

    static let usage = Usage(inputTokens: 120, cachedInputTokens: 80, outputTokens: 9, reasoningTokens: 4)

    static func user(_ text: String) -> InputItem { InputItem(kind: "message", role: "user", text: text) }

    static func result(_ id: String, _ text: String) -> InputItem {
        InputItem(kind: "tool_result", text: text, callID: id)
    }

    static let tools: [JSON] = [
        [
            "type": "function", "name": "exec_command", "description": "Runs a command.",
            "parameters": ["type": "object", "properties": ["cmd": ["type": "string"]]],
        ],
        ["type": "custom", "name": "apply_patch", "description": "Changes files."],
        ["type": "web_search"],
        [
            "type": "namespace", "name": "mcp__oneshot",
            "tools": [["type": "function", "name": "repo_start", "parameters": [:]]],
        ],
        ["name": "Read", "description": "Reads a file.", "input_schema": ["type": "object"]],
    ]

    static func turn(
        _ index: Int,
        _ kind: Turn.Kind = .continuation,
        thread: String? = "main",
        state: Turn.State = .complete,
        input: [InputItem] = [],
        output: String = "",
        calls: [ToolCall] = []
    ) -> Turn {
        Turn(
            index: index,
            exchangeIDs: [Int64(index)],
            kind: kind,
            startedAt: time(index * 10),
            firstByteMs: state == .refused ? nil : 250,
            durationMs: state == .inFlight ? nil : 2500,
            model: "gpt-5.5",
            threadID: thread,
            state: state,
            input: input,
            output: output,
            toolCalls: calls,
            usage: state == .complete ? usage : nil,
            costUSD: state == .complete ? 0.0125 : nil
        )
    }

    /// Of Codex: two threads, a history that was not recorded, a retry, a compaction, a tool that failed, a turn that goes on.
    static var turns: [Turn] {
        var first = turn(
            1,
            .user,
            input: [
                InputItem(kind: "message", role: "developer", text: "You are Codex."),
                user("<environment_context><cwd>/work</cwd></environment_context>"),
                InputItem(kind: "message", role: "assistant", text: "Said before the recorder came."),
                InputItem(kind: "tool_call", role: "assistant", text: #"exec_command {"cmd":"pwd"}"#, callID: "old_1"),
                result("old_1", "/work"), result("lost_1", "an answer to nothing"),
                user("list the files, \u{2028} please 🦊"),
            ],
            calls: [
                ToolCall(callID: "c1", name: "exec_command", arguments: #"{"cmd":"ls"}"#, result: "a.txt\n\(hostile)"),
                ToolCall(callID: "c2", name: "apply_patch", arguments: "*** Begin Patch", result: "no", isError: true),
                ToolCall(
                    callID: "c3",
                    name: "spawn_agent",
                    arguments: #"{"message":"count the lines of a.txt"}"#,
                    result: "3"
                ),
            ]
        )
        first.reasoning = ["Look first.", "Then count."]
        first.tools = tools
        first.responseID = "resp_1"
        first.stopReason = "completed"
        let sub = turn(
            2,
            .other,
            thread: "sub",
            input: [user("Your task: count the lines of a.txt")],
            calls: [
                ToolCall(callID: "s1", name: "exec_command", arguments: #"{"cmd":"wc -l a.txt"}"#, result: "3 a.txt")
            ]
        )
        let subEnd = turn(3, thread: "sub", input: [result("s1", "3 a.txt")], output: "3 lines")
        var failed = turn(4, state: .failed, input: [result("c1", "a.txt"), result("c2", "no"), result("c3", "3")])
        failed.error = "server is overloaded"
        var again = turn(5, output: "There is a.txt, with 3 lines.")
        again.retryOf = 4
        var second = turn(6, .user, state: .incomplete, input: [user("go on")], output: "I")
        second.idleMs = 30_000
        second.stopReason = "max_output_tokens"
        let compaction = turn(7, .compaction, output: "A summary.")
        let cut = turn(
            8,
            state: .truncated,
            output: "Half",
            calls: [ToolCall(callID: "c4", name: "exec_command", arguments: #"{"cmd":"#)]
        )
        let refused = turn(
            9,
            .user,
            state: .refused,
            input: [user("more"), InputItem(kind: "compaction", text: "[opaque]")]
        )
        let live = turn(10, state: .inFlight)
        return [first, sub, subEnd, failed, again, second, compaction, cut, refused, live]
    }

    static var session: Session {
        let turns = turns
        let own = turns.filter { $0.threadID == "main" }.compactMap(\.usage).reduce(Usage(), +)
        let below = turns.filter { $0.threadID == "sub" }.compactMap(\.usage).reduce(Usage(), +)
        return Session(
            sessionID: "run-1",
            agentSessionIDs: ["main"],
            agent: AgentIdentity(name: "codex_exec", version: "0.163.0"),
            models: ["gpt-5.5"],
            createdAt: time(10),
            updatedAt: time(110),
            repository: SessionRepository(
                directory: "/work",
                remoteURL: "https://example.com/a.git",
                branch: "main",
                commit: "abc"
            ),
            sources: [.recorded],
            threads: [
                SessionThread(threadID: "main", turns: 8, usage: own, costUSD: 0.0375),
                SessionThread(
                    threadID: "sub",
                    parentThreadID: "main",
                    kind: .subagent,
                    name: "counter",
                    turns: 2,
                    usage: below,
                    costUSD: 0.025
                ),
            ],
            turns: turns,
            usage: own + below,
            costUSD: 0.0625,
            unpricedTurns: 1
        )
    }

    /// Of Claude Code, as version 1 of our format has it: no threads, no kinds.
    static var plain: Session {
        var session = Session(
            sessionID: "run-2",
            agent: AgentIdentity(name: "claude-cli", version: "2.1.0"),
            models: ["claude-opus-5"],
            createdAt: time(0),
            updatedAt: time(20),
            turns: [
                Turn(
                    index: 1,
                    exchangeIDs: [1],
                    startedAt: time(0),
                    durationMs: 900,
                    model: "claude-opus-5",
                    state: .complete,
                    input: [
                        InputItem(kind: "message", role: "system", text: "You are Claude Code."),
                        user("<system-reminder>Be brief.</system-reminder>"), user("what is here?"),
                    ],
                    reasoning: ["I look."],
                    toolCalls: [ToolCall(callID: "toolu_1", name: "Read", arguments: #"{"path":"a"}"#, result: "text")],
                    usage: usage,
                    providerUsage: ["input_tokens": 40, "cache_read_input_tokens": 80, "output_tokens": 9]
                ),
                Turn(
                    index: 2,
                    exchangeIDs: [2],
                    startedAt: time(5),
                    durationMs: 700,
                    model: "claude-opus-5",
                    state: .complete,
                    input: [result("toolu_1", "text")],
                    output: "A text.",
                    usage: usage
                ),
            ],
            usage: usage + usage
        )
        session.schemaVersion = 1
        return session
    }

    static var all: [Session] { [session, plain] }

    static func documents(_ session: Session, _ format: ExportFormat) throws -> [SessionExport.Document] {
        try SessionExport(Redactor.standard.redact(session), version: "1.2.3").documents(format)
    }

    static func json(_ session: Session, _ format: ExportFormat) throws -> JSON {
        try JSON(parsing: documents(session, format)[0].text)
    }
}
