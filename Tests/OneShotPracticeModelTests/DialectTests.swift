import OneShotCore
import Testing

@testable import OneShotPracticeModel

@Suite("The practice model in other APIs", .timeLimit(.minutes(1)))
struct DialectTests {
    private let script = PracticeScript([PracticeStep(say: "First.", action: .shell("ls")), .say("done")])

    private func post(_ path: String, _ body: JSON, _ running: PracticeModel.Running) async throws -> JSON {
        try TestClient.json(try await TestClient.send("POST", path, body: body.compactText, port: running.port))
    }

    private func events(_ path: String, _ body: JSON, _ running: PracticeModel.Running) async throws -> [JSON] {
        let answer = try await TestClient.send("POST", path, body: body.compactText, port: running.port)
        return answer.split(whereSeparator: \.isNewline).filter { $0.hasPrefix("data: {") }
            .compactMap { try? JSON(parsing: String($0.dropFirst(6))) }
    }

    private static let bash: JSON = ["name": "Bash", "input_schema": ["type": "object"]]
    private static let asked: JSON = [
        "role": "user",
        "content": [
            ["type": "text", "text": "<system-reminder>x</system-reminder>"], ["type": "text", "text": "hi"],
        ],
    ]

    @Test("Anthropic's Messages: a tool call, then the words that end the turn")
    func messages() async throws {
        try await PracticeModel.run(script) { running in
            let first = try await post(
                "/v1/messages?beta=true",
                ["model": "claude", "messages": [Self.asked], "tools": [Self.bash]],
                running
            )
            #expect(first["stop_reason"] == "tool_use")
            #expect(first["content"]?[0] == ["type": "text", "text": "First."])
            #expect(first["content"]?[1]?["name"] == "Bash")
            #expect(first["content"]?[1]?["input"] == ["command": "ls"])
            #expect((first["usage"]?["output_tokens"]?.int ?? 0) > 0)
            let result: JSON = [
                "role": "user",
                "content": [
                    ["type": "tool_result", "tool_use_id": first["content"]?[1]?["id"] ?? "", "content": "a.py"]
                ],
            ]
            let answered: JSON = ["role": "assistant", "content": first["content"] ?? []]
            let second = try await post(
                "/v1/messages",
                ["model": "claude", "messages": [Self.asked, answered, result], "tools": [Self.bash]],
                running
            )
            #expect(second["stop_reason"] == "end_turn")
            #expect(second["content"] == [["type": "text", "text": "done"]])
        }
    }

    @Test("Anthropic's stream spells the same call piece by piece")
    func messagesStream() async throws {
        try await PracticeModel.run(script) { running in
            let events = try await events(
                "/v1/messages",
                ["model": "claude", "messages": [Self.asked], "tools": [Self.bash], "stream": true],
                running
            )
            #expect(events.first?["type"] == "message_start")
            #expect(events.last?["type"] == "message_stop")
            let pieces = events.compactMap { $0["delta"]?["partial_json"]?.string }.joined()
            #expect(pieces == #"{"command":"ls"}"#)
            #expect(events.compactMap { $0["delta"]?["text"]?.string }.joined() == "First.")
            let stop = events.first { $0["type"] == "message_delta" }
            #expect(stop?["delta"]?["stop_reason"] == "tool_use")
        }
    }

    @Test("a tool that must be called gets the JSON of the script's step")
    func forced() async throws {
        try await PracticeModel.run(PracticeScript([.json(["verdict": "met"])])) { running in
            let tool: JSON = ["name": "grade", "input_schema": ["type": "object"]]
            let answer = try await post(
                "/v1/messages",
                [
                    "messages": [Self.asked], "tools": [tool], "tool_choice": ["type": "tool", "name": "grade"],
                ],
                running
            )
            #expect(answer["content"]?[0]?["name"] == "grade")
            #expect(answer["content"]?[0]?["input"] == ["verdict": "met"])
        }
    }

    @Test("Chat Completions: a tool call, then the words that end the turn")
    func chat() async throws {
        try await PracticeModel.run(script) { running in
            let tool: JSON = ["type": "function", "function": ["name": "bash", "parameters": [:]]]
            let user: JSON = ["role": "user", "content": "hi"]
            let body: JSON = ["model": "m", "messages": [user], "tools": [tool]]
            let first = try await post("/v1/chat/completions", body, running)
            let message = try #require(first["choices"]?[0]?["message"])
            #expect(first["choices"]?[0]?["finish_reason"] == "tool_calls")
            #expect(message["tool_calls"]?[0]?["function"]?["arguments"] == #"{"command":"ls"}"#)
            let result: JSON = ["role": "tool", "tool_call_id": "x", "content": "a.py"]
            let second = try await post(
                "/v1/chat/completions",
                ["model": "m", "messages": [user, message, result], "tools": [tool]],
                running
            )
            #expect(second["choices"]?[0]?["message"]?["content"] == "done")
            #expect(second["choices"]?[0]?["finish_reason"] == "stop")
        }
    }

    @Test("a stream of Chat Completions ends with its usage where that is asked for")
    func chatStream() async throws {
        try await PracticeModel.run(PracticeScript([.say("all of it, from the first word to the last")])) { running in
            let events = try await events(
                "/v1/chat/completions",
                [
                    "messages": [["role": "user", "content": "hi"]], "stream": true,
                    "stream_options": ["include_usage": true],
                ],
                running
            )
            let text = events.compactMap { $0["choices"]?[0]?["delta"]?["content"]?.string }.joined()
            #expect(text == "all of it, from the first word to the last")
            #expect((events.last?["usage"]?["total_tokens"]?.int ?? 0) > 0)
        }
    }

    @Test("tokens are counted before a call, and somebody is there")
    func others() async throws {
        try await PracticeModel.run(script) { running in
            let count = try await post("/v1/messages/count_tokens", ["messages": [Self.asked]], running)
            #expect((count["input_tokens"]?.int ?? 0) > 1)
            let answer = try await TestClient.send("HEAD", "/api/hello", port: running.port)
            #expect(answer.hasPrefix("HTTP/1.1 200 OK"))
        }
    }
}
