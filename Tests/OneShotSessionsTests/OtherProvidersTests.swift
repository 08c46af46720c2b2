import OneShotCore
import OneShotTesting
import Testing

@testable import OneShotSessions

@Suite("Answers of other model APIs")
struct OtherProvidersTests {
    @Test("Chat Completions, streamed: a repeated id is taken once, usage from the last chunk")
    func chatStream() throws {
        let chunks: [JSON] = [
            ["id": "c1", "model": "m", "choices": [["index": 0, "delta": ["role": "assistant", "content": "He"]]]],
            ["id": "c1", "model": "m", "choices": [["index": 0, "delta": ["content": "llo"]]]],
            [
                "id": "c1",
                "choices": [
                    [
                        "delta": [
                            "tool_calls": [
                                ["index": 0, "id": "t1", "function": ["name": "bash", "arguments": "{\"a\""]]
                            ]
                        ]
                    ]
                ],
            ],
            [
                "id": "c1",
                "choices": [
                    [
                        "delta": [
                            "tool_calls": [["index": 0, "id": "t1", "function": ["name": "bash", "arguments": ":1}"]]]
                        ]
                    ]
                ],
            ],
            ["id": "c1", "choices": [["delta": [:], "finish_reason": "tool_calls"]], "usage": nil],
            [
                "id": "c1", "choices": [],
                "usage": ["prompt_tokens": 9, "completion_tokens": 3, "prompt_tokens_details": ["cached_tokens": 2]],
            ],
        ]
        let text = chunks.map { "data: \($0.compactText)\n\n" }.joined() + "data: [DONE]\n\n"
        let request: JSON = [
            "model": "m", "messages": [["role": "system", "content": "s"], ["role": "user", "content": "u"]],
        ]
        let next: JSON = [
            "model": "m",
            "messages": [
                ["role": "system", "content": "s"], ["role": "user", "content": "u"],
                [
                    "role": "assistant", "content": "Hello",
                    "tool_calls": [["id": "t1", "function": ["name": "bash", "arguments": "{\"a\":1}"]]],
                ],
                ["role": "tool", "tool_call_id": "t1", "content": "ok"],
            ],
        ]
        let url = "https://api.example.com/v1/chat/completions"
        let answer: JSON = [
            "id": "c2", "model": "m", "choices": [["message": ["content": "bye"], "finish_reason": "length"]],
        ]
        let session = try #require(
            Sample.session([
                RecordedExchange.http(id: 1, request: request, answer: Sample.raw(text), url: url),
                RecordedExchange.http(id: 2, request: next, answer: answer.compactText, url: url),
            ])
        )
        #expect(session.turns[0].output == "Hello")
        #expect(
            session.turns[0].toolCalls == [ToolCall(callID: "t1", name: "bash", arguments: #"{"a":1}"#, result: "ok")]
        )
        #expect(session.turns[0].usage == Usage(inputTokens: 9, cachedInputTokens: 2, outputTokens: 3))
        #expect(session.turns[1].input.map(\.kind) == ["tool_result"])
        #expect(session.turns[1].state == .incomplete)
    }

    @Test("Anthropic Messages, streamed: usage is cumulative and the cached input is part of the input")
    func messagesStream() throws {
        let events: [JSON] = [
            [
                "type": "message_start",
                "message": [
                    "id": "m1", "model": "claude",
                    "usage": [
                        "input_tokens": 5, "cache_read_input_tokens": 20, "cache_creation_input_tokens": 3,
                        "output_tokens": 1,
                    ],
                ],
            ],
            ["type": "content_block_start", "index": 0, "content_block": ["type": "text", "text": ""]],
            ["type": "content_block_delta", "index": 0, "delta": ["type": "text_delta", "text": "Hi"]],
            ["type": "ping"],
            [
                "type": "content_block_start", "index": 1,
                "content_block": ["type": "tool_use", "id": "tu1", "name": "Bash", "input": [:]],
            ],
            [
                "type": "content_block_delta", "index": 1,
                "delta": ["type": "input_json_delta", "partial_json": "{\"c\":"],
            ],
            ["type": "content_block_delta", "index": 1, "delta": ["type": "input_json_delta", "partial_json": "1}"]],
            ["type": "message_delta", "delta": ["stop_reason": "tool_use"], "usage": ["output_tokens": 9]],
            ["type": "message_stop"],
        ]
        let request: JSON = ["model": "claude", "system": "s", "messages": [["role": "user", "content": "u"]]]
        let session = try #require(
            Sample.session([
                RecordedExchange.http(
                    request: request,
                    answer: Sample.stream(events),
                    url: "https://api.anthropic.com/v1/messages?beta=true"
                )
            ])
        )
        let turn = session.turns[0]
        #expect(turn.state == .complete)
        #expect(turn.output == "Hi")
        #expect(turn.toolCalls == [ToolCall(callID: "tu1", name: "Bash", arguments: #"{"c":1}"#)])
        #expect(turn.usage == Usage(inputTokens: 28, cachedInputTokens: 20, outputTokens: 9, cacheWriteTokens: 3))
        #expect(turn.input.map(\.text) == ["s", "u"])
    }

    @Test("Gemini, streamed or in one array: calls without an id pair with their results", arguments: [true, false])
    func gemini(streamed: Bool) throws {
        let chunks: [JSON] = [
            ["candidates": [["content": ["parts": [["text": "hm", "thought": true]]]]], "responseId": "r1"],
            ["candidates": [["content": ["parts": [["text": "Look"]]]]], "modelVersion": "gemini-x"],
            [
                "candidates": [
                    [
                        "content": ["parts": [["text": "ing"], ["functionCall": ["name": "ls", "args": ["a": 1]]]]],
                        "finishReason": "STOP",
                    ]
                ],
                "usageMetadata": [
                    "promptTokenCount": 9, "cachedContentTokenCount": 4, "candidatesTokenCount": 3,
                    "thoughtsTokenCount": 2, "totalTokenCount": 14,
                ],
            ],
        ]
        let answer =
            streamed
            ? Sample.raw(chunks.map { "data: \($0.compactText)\r\n\r\n" }.joined()) : JSON.array(chunks).compactText
        let user: JSON = ["role": "user", "parts": [["text": "u"]]]
        let request: JSON = ["systemInstruction": ["parts": [["text": "s"]]], "contents": [user]]
        let next: JSON = [
            "systemInstruction": ["parts": [["text": "s"]]],
            "contents": [
                user,
                [
                    "role": "model",
                    "parts": [["text": "Looking"], ["functionCall": ["name": "ls", "args": ["a": 1]]]],
                ],
                ["role": "user", "parts": [["functionResponse": ["name": "ls", "response": ["output": "a.txt"]]]]],
            ],
        ]
        let second: JSON = [
            "candidates": [
                [
                    "content": ["parts": [["functionCall": ["name": "ls", "args": [:]]]]], "finishReason": "MAX_TOKENS",
                ]
            ]
        ]
        let url = "https://generativelanguage.googleapis.com/v1beta/models/gemini-x:streamGenerateContent?alt=sse"
        let session = try #require(
            Sample.session([
                RecordedExchange.http(id: 1, request: request, answer: answer, url: url),
                RecordedExchange.http(id: 2, request: next, answer: second.compactText, url: url),
            ])
        )
        #expect(session.models == ["gemini-x"])
        let first = session.turns[0]
        #expect((first.output, first.reasoning, first.state) == ("Looking", ["hm"], .complete))
        #expect(first.toolCalls == [ToolCall(callID: "ls#1", name: "ls", arguments: #"{"a":1}"#, result: "a.txt")])
        #expect(first.usage == Usage(inputTokens: 9, cachedInputTokens: 4, outputTokens: 5, reasoningTokens: 2))
        #expect(session.turns[1].input.map(\.kind) == ["tool_result"])
        #expect(session.turns[1].toolCalls.map(\.callID) == ["ls#2"])
        #expect(session.turns[1].state == .incomplete)
    }

    @Test("Gemini: an error, a blocked prompt and a stream that was cut are told apart")
    func geminiTrouble() throws {
        let url = "https://generativelanguage.googleapis.com/v1beta/models/gemini-x:generateContent"
        let answers: [(JSON, Turn.State, String?)] = [
            (["error": ["code": 429, "message": "quota", "status": "RESOURCE_EXHAUSTED"]], .failed, "quota"),
            (["promptFeedback": ["blockReason": "SAFETY"]], .failed, "the prompt was blocked: SAFETY"),
            (["candidates": [["content": ["parts": [["text": "half"]]]]]], .truncated, nil),
        ]
        for (answer, state, error) in answers {
            let exchange = RecordedExchange.http(request: ["contents": []], answer: answer.compactText, url: url)
            let turn = try #require(Sample.session([exchange])?.turns.first)
            #expect(turn.state == state)
            #expect(turn.error == error)
            #expect(turn.model == "gemini-x")
        }
    }
}
