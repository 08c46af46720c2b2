import Foundation
import OneShotCore
import OneShotProcess
import OneShotStore
import OneShotTesting
import OneShotWire
import Testing

@testable import OneShotRecorder

@Suite(
    "Integration: clients, the official Python packages",
    .enabled(if: RealClient.hasPython, "needs the packages of scripts/requirements-test.txt: make test"),
    .timeLimit(.minutes(5)),
    .serialized
)
struct IntegrationClientsPythonTests {
    // MARK: - openai

    private static let response = """
        {"id":"resp_1","object":"response","created_at":1,"model":"gpt-5-mini","status":"completed","output":[{"type":\
        "message","id":"msg_1","role":"assistant","status":"completed","content":[{"type":"output_text","text":\
        "Hello from afar","annotations":[]}]}],"parallel_tool_calls":true,"tool_choice":"auto","tools":[],"usage":\
        {"input_tokens":10,"input_tokens_details":{"cached_tokens":0},"output_tokens":5,"output_tokens_details":\
        {"reasoning_tokens":0},"total_tokens":15}}
        """
    private static let completion = """
        {"id":"c_1","object":"chat.completion","created":1,"model":"gpt-5-mini","choices":[{"index":0,"finish_reason":\
        "stop","message":{"role":"assistant","content":"Hello from afar"}}],"usage":{"prompt_tokens":10,\
        "completion_tokens":5,"total_tokens":15}}
        """

    private static func answersAsOpenAI(_ request: TestOrigin.Request) -> [TestOrigin.Step] {
        let isStream = request.body.contains(#""stream":true"#)
        guard request.head.target == "/v1/responses" else {
            guard isStream else { return Answers.json(completion) }
            let chunks = ["Hello ", "from ", "afar"].map { text in
                """
                {"id":"c_1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":\
                {"content":"\(text)"}}]}
                """
            }
            return paced(chunks.map { "data: \($0)\n\n" } + ["data: [DONE]\n\n"])
        }
        guard isStream else { return Answers.json(response) }
        let deltas = ["Hello ", "from ", "afar"].enumerated().map { index, text in
            """
            {"type":"response.output_text.delta","item_id":"msg_1","output_index":0,"content_index":0,\
            "sequence_number":\(index),"delta":"\(text)","logprobs":[]}
            """
        }
        let completed = #"{"type":"response.completed","sequence_number":9,"response":\#(response)}"#
        return paced(
            deltas.map { "event: response.output_text.delta\ndata: \($0)\n\n" }
                + ["event: response.completed\ndata: \(completed)\n\n"]
        )
    }

    /// A stream whose events come apart from each other. The last comes with the end: a client that has read `[DONE]`
    /// waits for no more, and would cut the exchange.
    private static func paced(_ events: [String]) -> [TestOrigin.Step] {
        let chunks = events.map { Answers.chunk($0) }
        return [.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")]
            + chunks.dropLast().flatMap { [.send($0), .wait(milliseconds: 20)] }
            + [.send((chunks.last ?? "") + "0\r\n\r\n")]
    }

    @Test("openai: responses and chat completions, streaming and not")
    func openai() async throws {
        try await Bench.run(respond: Self.answersAsOpenAI) { bench in
            try await RealClient.run(bench) { client in
                try await client.python(
                    """
                    from openai import OpenAI
                    client = OpenAI(api_key="sk-not-a-real-key")
                    want = "Hello from afar"
                    answer = client.responses.create(model="gpt-5-mini", input="hi")
                    assert answer.output_text == want, answer
                    stream = client.responses.create(model="gpt-5-mini", input="hi", stream=True)
                    text = "".join(e.delta for e in stream if e.type == "response.output_text.delta")
                    assert text == want, text
                    messages = [{"role": "user", "content": "hi"}]
                    answer = client.chat.completions.create(model="gpt-5-mini", messages=messages)
                    assert answer.choices[0].message.content == want, answer
                    stream = client.chat.completions.create(model="gpt-5-mini", messages=messages, stream=True)
                    text = "".join(c.choices[0].delta.content for c in stream)
                    assert text == want, text
                    """
                )
            }
            let rows = try await bench.rows(4) { $0.state == .complete && $0.method == "POST" }
            #expect(rows.map(\.status) == [200, 200, 200, 200])
            #expect(rows.allSatisfy { $0.sessionID == "run-1" })
            #expect(rows.allSatisfy { $0.requestJSON?.contains(#""gpt-5-mini""#) == true })
            #expect(rows[0].responseJSON == Self.response)
            #expect(rows[1].responseJSON?.contains("response.completed") == true)
            #expect(rows[2].responseJSON == Self.completion)
            #expect(rows[3].responseJSON?.contains("[DONE]") == true)
            #expect(await bench.running.usage(ofSession: "run-1") == Usage(inputTokens: 30, outputTokens: 15))
            #expect(!(try bench.databaseBytes().contains("sk-not-a-real-key")))
        }
    }

    // MARK: - anthropic

    private static let message = """
        {"id":"msg_1","type":"message","role":"assistant","model":"claude","content":[{"type":"text","text":\
        "Hello from afar"}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":10,"output_tokens":5}}
        """

    private static func answersAsAnthropic(_ request: TestOrigin.Request) -> [TestOrigin.Step] {
        guard request.head.target.hasPrefix("/v1/messages") else {
            return [.send("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")]
        }
        guard request.body.contains(#""stream":true"#) else { return Answers.json(message) }
        let start = """
            {"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"claude",\
            "content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":10,"output_tokens":1}}}
            """
        let deltas = ["Hello ", "from ", "afar"].map { text in
            (
                "content_block_delta",
                #"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"\#(text)"}}"#
            )
        }
        let events =
            [
                ("message_start", start),
                (
                    "content_block_start",
                    #"{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"#
                ),
            ] + deltas + [
                ("content_block_stop", #"{"type":"content_block_stop","index":0}"#),
                (
                    "message_delta",
                    """
                    {"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},\
                    "usage":{"output_tokens":5}}
                    """
                ),
                ("message_stop", #"{"type":"message_stop"}"#),
            ]
        return paced(events.map { "event: \($0.0)\ndata: \($0.1)\n\n" })
    }

    private static func withAnthropic(_ body: (Bench) async throws -> Void) async throws {
        try await Bench.run(
            configure: { configuration, origin in configuration.upstreams["api.anthropic.com"] = origin.url },
            respond: answersAsAnthropic,
            body
        )
    }

    @Test("anthropic: messages, streaming and not")
    func anthropic() async throws {
        try await Self.withAnthropic { bench in
            try await RealClient.run(bench) { client in
                try await client.python(
                    """
                    from anthropic import Anthropic
                    client = Anthropic(api_key="sk-ant-not-a-real-key")
                    want = "Hello from afar"
                    ask = dict(model="claude", max_tokens=100, messages=[{"role": "user", "content": "hi"}])
                    answer = client.messages.create(**ask)
                    assert answer.content[0].text == want, answer
                    with client.messages.stream(**ask) as stream:
                        text = "".join(stream.text_stream)
                    assert text == want, text
                    """
                )
            }
            let rows = try await bench.rows(2) { $0.state == .complete && $0.method == "POST" }
            #expect(rows.map(\.url) == Array(repeating: "https://api.anthropic.com/v1/messages", count: 2))
            #expect(rows[0].responseJSON == Self.message)
            #expect(rows[1].responseJSON?.contains("message_stop") == true)
            #expect(await bench.running.usage(ofSession: "run-1") == Usage(inputTokens: 20, outputTokens: 10))
            #expect(!(try bench.databaseBytes().contains("sk-ant-not-a-real-key")))
        }
    }

    @Test("Claude Code's own binary")
    func claude() async throws {
        try await Self.withAnthropic { bench in
            try await RealClient.run(bench) { client in
                let result = try await client(
                    RealClient.claude,
                    ["-p", "hi"],
                    setting: [
                        "ANTHROPIC_API_KEY": "sk-ant-not-a-real-key", "IS_SANDBOX": "1",
                        "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
                    ]
                )
                #expect(result.text.contains("Hello from afar"))
            }
            let isCall: (Exchange) -> Bool = { $0.method == "POST" && $0.url.contains("/v1/messages") }
            let row = try #require(try await bench.rows(1) { isCall($0) && $0.state == .complete }.first)
            #expect(row.status == 200)
            #expect(row.sessionID == "run-1")
            #expect(row.agentSessionID != nil)
            #expect(row.requestJSON?.contains(#""role":"user""#) == true)
            #expect(row.responseJSON?.contains("message_stop") == true)
            #expect(!(try bench.databaseBytes().contains("sk-ant-not-a-real-key")))
        }
    }

    // MARK: - websockets

    @Test("websockets: a conversation with permessage-deflate and without", arguments: [true, false])
    func websockets(deflate: Bool) async throws {
        try await Bench.run(
            respond: { _ in [.webSocket(deflate: deflate) { text in [text, Answers.completed()] }] }
        ) { bench in
            try await RealClient.run(bench) { client in
                try await client.python(
                    """
                    import json
                    from websockets.sync.client import connect
                    with connect("wss://api.openai.com/v1/responses") as socket:
                        names = [e.name for e in socket.protocol.extensions]
                        assert names == (["permessage-deflate"] if \(deflate ? "True" : "False") else []), names
                        for n in range(3):
                            message = json.dumps({"type": "response.create", "n": n, "input": "x" * 70000 * n})
                            # In fragments, with a ping between them.
                            socket.send([message[:20], message[20:]])
                            socket.ping()
                            assert socket.recv() == message
                            assert json.loads(socket.recv())["type"] == "response.completed"
                    """
                )
            }
            let rows = try await bench.rows(3) { $0.method == "WEBSOCKET" && $0.state == .complete }
            for (index, row) in rows.enumerated() {
                let text = String(repeating: "x", count: 70_000 * index)
                #expect(row.requestJSON == #"{"type": "response.create", "n": \#(index), "input": "\#(text)"}"#)
                #expect(row.responseJSON == "[\(row.requestJSON ?? ""),\(Answers.completed())]")
            }
            let upgrade = try #require(try await bench.rows(1) { $0.method == "GET" && $0.state == .complete }.first)
            #expect(upgrade.status == 101)
            #expect(upgrade.sessionID == "run-1")
        }
    }
}

extension Data {
    fileprivate func contains(_ text: String) -> Bool { range(of: Data(text.utf8)) != nil }
}
