import OneShotCore
import Testing

@testable import OneShotSessions

@Suite("An answer fed with bytes")
struct AnswerStreamTests {
    private static func sse(_ events: [JSON], lineEnd: String = "\n", named: Bool = true) -> String {
        events.map { event in
            let name = named ? event["type"]?.string.map { "event: \($0)\(lineEnd)" } ?? "" : ""
            return "\(name)data: \(event.compactText)\(lineEnd)\(lineEnd)"
        }.joined()
    }

    private static let deltas: [JSON] = [
        ["type": "response.created", "response": ["id": "r1", "model": "gpt-5.5"]],
        ["type": "response.output_item.added", "output_index": 0, "item": ["type": "reasoning", "summary": []]],
        [
            "type": "response.reasoning_summary_text.delta", "output_index": 0, "summary_index": 0,
            "delta": "so \"it\" ",
        ],
        ["type": "response.reasoning_summary_text.delta", "output_index": 0, "summary_index": 1, "delta": "then\n"],
        ["type": "response.output_item.added", "output_index": 1, "item": ["type": "message", "role": "assistant"]],
        [
            "type": "response.output_text.delta", "item_id": "m", "output_index": 1, "content_index": 0, "delta": "Zä😀",
            "logprobs": [["token": "}]\"", "bytes": [1]]], "obfuscation": "xyz",
        ],
        ["type": "response.output_text.delta", "output_index": 1, "content_index": 0, "delta": "hl\t\\1"],
        ["type": "response.new_kind", "output_index": 7, "delta": "?"],
        [
            "type": "response.output_item.added", "output_index": 2,
            "item": ["type": "function_call", "call_id": "c1", "name": "ls", "arguments": ""],
        ],
        ["type": "response.function_call_arguments.delta", "output_index": 2, "delta": "{\"a\":"],
        ["type": "response.function_call_arguments.delta", "output_index": 2, "delta": "1}"],
    ]

    private static let completed: JSON = [
        "type": "response.completed",
        "response": ["id": "r1", "model": "gpt-5.5", "status": "completed", "output": [], "usage": Sample.usage(9, 3)],
    ]

    private static let chat: [JSON] = [
        ["id": "c", "model": "m", "choices": [["index": 0, "delta": ["role": "assistant", "content": "é"]]]],
        [
            "id": "c",
            "choices": [["index": 1, "delta": ["content": "other"]], ["index": 0, "delta": ["content": "!"]]],
        ],
        ["id": "c", "choices": [["index": 0, "delta": ["reasoning_content": "hm"], "finish_reason": "stop"]]],
        ["id": "c", "choices": [], "usage": ["prompt_tokens": 5, "completion_tokens": 2, "total_tokens": 7]],
    ]

    private static let messages: [JSON] = [
        ["type": "message_start", "message": ["id": "m", "model": "claude", "usage": ["input_tokens": 4]]],
        ["type": "content_block_start", "index": 0, "content_block": ["type": "text", "text": ""]],
        ["type": "content_block_delta", "index": 0, "delta": ["type": "text_delta", "text": "hé"]],
        ["type": "content_block_start", "index": 1, "content_block": ["type": "tool_use", "id": "t", "name": "ls"]],
        ["type": "content_block_delta", "index": 1, "delta": ["type": "input_json_delta", "partial_json": "{}"]],
        ["type": "message_delta", "delta": ["stop_reason": "tool_use"], "usage": ["output_tokens": 3]],
        ["type": "message_stop"],
    ]

    private static let gemini: [JSON] = [
        ["candidates": [["content": ["parts": [["text": "a[\"{"]]]]], "modelVersion": "g"],
        [
            "candidates": [["content": ["parts": [["text": "b"]]], "finishReason": "STOP"]],
            "usageMetadata": ["promptTokenCount": 3, "candidatesTokenCount": 2, "totalTokenCount": 5],
        ],
    ]

    /// One after the other in every form that a body can have.
    private static let bodies:
        [(name: String, text: String, decode: @Sendable ([ArraySlice<UInt8>]) -> ModelCall.Answer)] = [
            ("responses", sse(deltas + [completed]), { decode($0, ResponseAssembly()) }),
            ("responses, cut", sse(deltas) + "event: response.outp", { decode($0, ResponseAssembly()) }),
            (
                "responses, CRLF, no names", sse(deltas + [completed], lineEnd: "\r\n", named: false),
                { decode($0, ResponseAssembly()) }
            ),
            (
                "responses, CR", "\u{FEFF}" + sse(deltas + [completed], lineEnd: "\r"),
                { decode($0, ResponseAssembly()) }
            ),
            ("responses, array", JSON.array(deltas + [completed]).compactText, { decode($0, ResponseAssembly()) }),
            ("responses, JSON", (completed["response"] ?? .null).prettyText, { decode($0, ResponseAssembly()) }),
            ("chat", sse(chat) + "data: [DONE]\n\n", { decode($0, ChatAssembly()) }),
            ("messages", ": hello\n\n" + sse(messages), { decode($0, MessageAssembly()) }),
            ("gemini", sse(gemini), { decode($0, GenerateContentAssembly(after: .init())) }),
            ("gemini, array", JSON.array(gemini).prettyText, { decode($0, GenerateContentAssembly(after: .init())) }),
            ("a page", "<html>Bad gateway: é</html>", { decode($0, ChatAssembly()) }),
        ]

    private static func decode(_ pieces: [ArraySlice<UInt8>], _ decoder: some AnswerDecoder) -> ModelCall.Answer {
        var stream = AnswerStream(decoder)
        for piece in pieces { piece.withUnsafeBufferPointer { stream.feed($0) } }
        var answer = stream.answer
        answer.error = answer.error ?? stream.strangeText
        return answer
    }

    @Test("every place to cut gives the same answer", arguments: bodies.indices)
    func everySplit(_ index: Int) {
        let body = Self.bodies[index]
        let bytes = Array(body.text.utf8)
        let whole = body.decode([bytes[...]])
        for cut in 0...bytes.count {
            #expect(body.decode([bytes[..<cut], bytes[cut...]]) == whole, "\(body.name) cut at \(cut)")
        }
        #expect(body.decode(bytes.indices.map { bytes[$0...$0] }) == whole, "\(body.name) byte by byte")
    }

    @Test("any cuts give the same answer", arguments: bodies.indices)
    func anyChunks(_ index: Int) {
        let body = Self.bodies[index]
        let bytes = Array(body.text.utf8)
        let whole = body.decode([bytes[...]])
        var random = SystemRandomNumberGenerator()
        for _ in 0..<200 {
            let cuts = (0..<Int.random(in: 0...12, using: &random)).map { _ in
                Int.random(in: 0...bytes.count, using: &random)
            }
            let places = [0] + cuts.sorted() + [bytes.count]
            #expect(
                body.decode(zip(places, places.dropFirst()).map { bytes[$0..<$1] }) == whole,
                "\(body.name): \(places)"
            )
        }
    }

    @Test("deltas stand in for what has not come, and what is unknown is kept")
    func fallback() {
        let cut = Self.decode([Array(Self.sse(Self.deltas).utf8)[...]], ResponseAssembly())
        #expect(cut.state == .truncated)
        #expect(cut.reasoning == ["so \"it\" ", "then\n"])
        #expect(cut.messages == ["Zä😀hl\t\\1"])
        #expect(cut.toolCalls == [ToolCall(callID: "c1", name: "ls", arguments: "{\"a\":1}")])
        #expect(cut.unknownEvents.map { $0["type"] } == ["response.new_kind"])
        let truth: JSON = ["type": "response.output_item.done", "output_index": 1, "item": Sample.message("told")]
        let whole = Self.decode([Array(Self.sse(Self.deltas + [truth, Self.completed]).utf8)[...]], ResponseAssembly())
        #expect(whole.state == .complete)
        #expect(whole.messages == ["told"])
        #expect(whole.usage?.totalTokens == 12)
    }

    @Test("the short way for deltas gives what the long one gives")
    func shortWay() {
        for event in Self.deltas {
            let bytes = Array(event.compactText.utf8)
            var short = ResponseAssembly()
            let isDelta = event["delta"] != nil && event["type"] != "response.new_kind"
            #expect(bytes.withUnsafeBufferPointer { short.addDelta($0) } == isDelta)
        }
        for malformed in [
            "{\"type\":\"response.output_text.delta\",\"delta\":\"a\\x\"}", "{\"type\":\"response.output_text.delta\"}",
            "{\"type\":\"response.output_text.delta\",\"delta\":\"a\"",
            "{\"type\":\"response.output_text.delta\",\"delta\":1}",
            "{\"type\":\"response.output_text.delta\",\"delta\":\"a\"}}", "", "{", "[]", "{\"delta\":\"a\\",
        ] {
            var assembly = ResponseAssembly()
            #expect(!Array(malformed.utf8).withUnsafeBufferPointer { assembly.addDelta($0) }, "\(malformed)")
            #expect(assembly.answer == ResponseAssembly().answer)
        }
    }

    @Test(
        "how an answer ended",
        arguments: [
            ("{\"type\":\"response.failed\",\"response\":{}}", Turn.State.failed),
            ("{\"type\":\"response.incomplete\",\"response\":{}}", .incomplete),
            ("{\"type\":\"response.completed\"}", .complete),
            ("{\"type\":\"response.in_progress\"}", .truncated),
        ]
    )
    func ends(event: String, state: Turn.State) {
        #expect(Self.decode([Array("data: \(event)\n\n".utf8)[...]], ResponseAssembly()).state == state)
    }
}
