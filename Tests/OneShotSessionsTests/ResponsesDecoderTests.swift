import OneShotCore
import OneShotStore
import OneShotTesting
import Testing

@testable import OneShotSessions

private let endingsSamples: [(JSON, Turn.State, String?)] = [
    (
        [
            "type": "response.failed",
            "response": ["id": "r", "status": "failed", "error": ["code": "x", "message": "boom"]],
        ],
        Turn.State.failed, "boom"
    ),
    (
        [
            "type": "response.incomplete",
            "response": ["status": "incomplete", "incomplete_details": ["reason": "max_output_tokens"]],
        ],
        .incomplete, "max_output_tokens"
    ),
    (["type": "error", "code": "server_error", "message": "sorry"], .failed, "sorry"),
    (
        ["type": "error", "status": 429, "error": ["type": "rate", "message": "slow down"]], .failed,
        "slow down"
    ),
    (["type": "response.done", "response": ["status": "completed"]], .complete, nil),
    (["type": "response.brand_new_event", "payload": 1], .truncated, nil),
]

private let callsSamples: [(JSON, String, String)] = [
    (
        [
            "type": "custom_tool_call", "call_id": "c", "namespace": "functions", "name": "exec",
            "input": "text(1)",
        ],
        "functions.exec", "text(1)"
    ),
    (
        [
            "type": "function_call", "call_id": "c", "namespace": "mcp__oneshot", "name": "repo_end_task_v1",
            "arguments": "{}",
        ],
        "mcp__oneshot.repo_end_task_v1", "{}"
    ),
    (
        ["type": "local_shell_call", "call_id": "c", "action": ["type": "exec", "command": ["ls"]]],
        "local_shell", #"{"type":"exec","command":["ls"]}"#
    ),
    (
        ["type": "tool_search_call", "call_id": "c", "execution": "client", "arguments": ["query": "q"]],
        "tool_search", #"{"query":"q"}"#
    ),
    (
        ["type": "mcp_call", "id": "c", "server_label": "s", "name": "t", "arguments": "{}", "output": "done"],
        "s.t", "{}"
    ),
]

@Suite("Answers of the Responses API")
struct ResponsesDecoderTests {
    private let request = Sample.request([Sample.user("hello")])

    /// A stream with deltas for everything, as the API sends it.
    private let rich: [JSON] = [
        ["type": "response.created", "response": ["id": "resp_1", "model": "gpt-5.5", "status": "in_progress"]],
        ["type": "codex.rate_limits", "plan": "pro"],
        [
            "type": "response.output_item.added", "output_index": 0,
            "item": ["type": "reasoning", "id": "rs_1", "summary": []],
        ],
        ["type": "response.reasoning_summary_text.delta", "output_index": 0, "summary_index": 0, "delta": "I "],
        ["type": "response.reasoning_summary_text.delta", "output_index": 0, "summary_index": 0, "delta": "think"],
        [
            "type": "response.output_item.done", "output_index": 0,
            "item": ["type": "reasoning", "id": "rs_1", "summary": [["type": "summary_text", "text": "I think"]]],
        ],
        [
            "type": "response.output_item.added", "output_index": 1,
            "item": ["type": "message", "id": "msg_1", "role": "assistant", "content": []],
        ],
        ["type": "response.output_text.delta", "output_index": 1, "content_index": 0, "delta": "Grüße, "],
        ["type": "response.output_text.delta", "output_index": 1, "content_index": 0, "delta": "Welt 🌍"],
        ["type": "response.output_item.done", "output_index": 1, "item": Sample.message("Grüße, Welt 🌍")],
        [
            "type": "response.output_item.added", "output_index": 2,
            "item": ["type": "function_call", "call_id": "call_1", "name": "exec_command", "arguments": ""],
        ],
        ["type": "response.function_call_arguments.delta", "output_index": 2, "delta": "{\"cmd\":"],
        ["type": "response.function_call_arguments.delta", "output_index": 2, "delta": "\"ls\"}"],
        ["type": "response.output_item.done", "output_index": 2, "item": Sample.call("call_1")],
        [
            "type": "response.completed",
            "response": ["id": "resp_1", "status": "completed", "output": [], "usage": Sample.usage(100, 20)],
        ],
    ]

    private func turn(_ answer: String?, state: Exchange.State = .complete, status: Int? = 200) throws -> Turn {
        let exchange = RecordedExchange.http(request: request, answer: answer, state: state, status: status)
        return try #require(Sample.session([exchange])?.turns.first)
    }

    @Test("a stream whose last event has an empty output keeps text, reasoning, calls and usage")
    func emptyOutput() throws {
        let turn = try turn(Sample.stream(rich))
        #expect(turn.state == .complete)
        #expect(turn.output == "Grüße, Welt 🌍")
        #expect(turn.reasoning == ["I think"])
        #expect(turn.toolCalls == [ToolCall(callID: "call_1", name: "exec_command", arguments: #"{"cmd":"ls"}"#)])
        #expect(turn.usage == Usage(inputTokens: 100, cachedInputTokens: 4, outputTokens: 20, reasoningTokens: 1))
        #expect(turn.firstByteMs == 40)
        #expect(turn.durationMs == 500)
        #expect(turn.threadID == "thread-1")
    }

    @Test("a stream cut after any of its bytes keeps what had come and is never complete before its end")
    func cutAnywhere() throws {
        let text = rich.map { "data: \($0.compactText)\n\n" }.joined()
        let bytes = Array(text.utf8)
        for count in stride(from: 0, to: bytes.count - 1, by: 1) {
            let part = String(decoding: bytes.prefix(count), as: UTF8.self)
            let turn = try turn(Sample.raw(part), state: .cut)
            // The last event's final line end may be missing, nothing else.
            #expect(turn.state == .truncated || count >= bytes.count - 2)
            #expect("Grüße, Welt 🌍".hasPrefix(turn.output))
            #expect("I think".hasPrefix(turn.reasoning.first ?? ""))
        }
    }

    @Test("deltas stand in for an item that was never finished")
    func deltasAlone() throws {
        let turn = try turn(
            Sample.stream(Array(rich.prefix(13).filter { $0["type"] != "response.output_item.done" })),
            state: .cut
        )
        #expect(turn.state == .truncated)
        #expect(turn.output == "Grüße, Welt 🌍")
        #expect(turn.reasoning == ["I think"])
        #expect(turn.toolCalls.first?.arguments == #"{"cmd":"ls"}"#)
        #expect(turn.usage == nil)
    }

    @Test("an answer that is still coming is in flight")
    func inFlight() throws {
        let turn = try turn(Sample.stream(Array(rich.prefix(8))), state: .inFlight)
        #expect(turn.state == .inFlight)
        #expect(turn.output == "Grüße, ")
        #expect(try self.turn(nil, state: .inFlight, status: nil).state == .inFlight)
    }

    @Test(
        "how an answer ended is told apart",
        arguments: endingsSamples
    )
    func endings(last: JSON, state: Turn.State, error: String?) throws {
        let turn = try turn(Sample.stream(Array(rich.prefix(10)) + [last]))
        #expect(turn.state == state)
        #expect(turn.error == error)
        #expect(turn.output == "Grüße, Welt 🌍")
    }

    @Test("a plain JSON answer is read like a stream")
    func json() throws {
        let response: JSON = [
            "id": "resp_1", "object": "response", "status": "completed", "model": "gpt-5-mini", "error": nil,
            "output": [Sample.message("hi"), Sample.call("call_9", "pwd")], "usage": Sample.usage(7, 3),
        ]
        let turn = try turn(response.compactText)
        #expect(turn.state == .complete)
        #expect(turn.model == "gpt-5-mini")
        #expect(turn.output == "hi")
        #expect(turn.toolCalls.map(\.callID) == ["call_9"])
        #expect(turn.usage?.totalTokens == 10)
    }

    @Test("an error body is a failed turn, a refusal of ours a refused one")
    func errors() throws {
        let body = #"{"error":{"message":"token budget exhausted","code":"token_budget_exhausted"}}"#
        #expect(try turn(body, status: 400).state == .failed)
        let refused = try turn(body, state: .refused, status: 400)
        #expect(refused.state == .refused)
        #expect(refused.error == "token budget exhausted")
        #expect(try turn(Sample.raw("<html>Bad gateway</html>"), status: 502).state == .failed)
        #expect(try turn(nil, state: .cut, status: nil).state == .truncated)
    }

    @Test(
        "each kind of tool call gives its name and what the model wrote",
        arguments: callsSamples
    )
    func toolCalls(item: JSON, name: String, arguments: String) throws {
        let turn = try turn(Sample.stream(Sample.events("resp_1", [item])))
        #expect(turn.toolCalls.first?.callID == "c")
        #expect(turn.toolCalls.first?.name == name)
        #expect(turn.toolCalls.first?.arguments == arguments)
    }

    @Test(
        "other requests are no turns",
        arguments: [
            ("GET", "https://api.openai.com/v1/models"), ("POST", "https://ab.chatgpt.com/otlp/v1/metrics"),
            ("GET", "https://api.openai.com/v1/responses"), ("CONNECT", "api.openai.com:443"),
        ]
    )
    func noise(method: String, url: String) {
        var exchange = RecordedExchange.http(request: request, answer: "{}", url: url)
        exchange.method = method
        #expect(Sample.session([exchange]) == nil)
    }

    @Test("the agent is known by what it sends")
    func agent() throws {
        let session = try #require(
            Sample.session([RecordedExchange.http(request: request, answer: Sample.stream(rich))])
        )
        #expect(session.agent == AgentIdentity(name: "codex_exec", version: "0.163.0"))
        #expect(session.models == ["gpt-5.5"])
    }

    @Test("inside a WebSocket the agent is known by the upgrade")
    func agentOfWebSocket() throws {
        var upgrade = RecordedExchange.http(id: 1, request: request, answer: nil, status: 101)
        upgrade.method = "GET"
        var call = RecordedExchange.webSocket(id: 2, request: request, messages: rich)
        call.metaJSON = "{}"
        let session = try #require(Sample.session([upgrade, call]))
        #expect(session.agent == AgentIdentity(name: "codex_exec", version: "0.163.0"))
        #expect(session.turns.map(\.exchangeIDs) == [[2]])
    }
}
