import Foundation
import OneShotClient
import OneShotCore
import OneShotTesting
import Testing

@Suite("Models behind other APIs", .timeLimit(.minutes(1)))
struct ModelAPITests {
    private let question = ModelQuestion(
        instructions: "Grade.",
        input: "It?",
        name: "verdict",
        schema: ["type": "object", "properties": ["verdict": ["type": "string"]], "required": ["verdict"]]
    )

    private func ask(
        _ api: ModelAPI,
        _ body: String,
        key: String = "the-key"
    ) async throws -> (reply: ModelReply, request: LoopbackEndpoint.Request) {
        let endpoint = try await LoopbackEndpoint.start(answers: [.init(200, body)])
        let configuration = ModelConfiguration(
            api: api,
            baseURL: endpoint.url.appendingPathComponent("v1"),
            model: "m",
            key: key,
            timeout: .seconds(5)
        )
        let reply = try await ModelClient(configuration).reply(question)
        let requests = await endpoint.stop()
        return (reply, try #require(requests.first))
    }

    @Test("Chat Completions are asked for JSON of the schema, and tell what was used")
    func chat() async throws {
        let answer = """
            {"model": "m-1", "choices": [{"finish_reason": "stop", "message": {"content": "{\\"verdict\\": \\"met\\"}"}}],
             "usage": {"prompt_tokens": 9, "completion_tokens": 3, "total_tokens": 12}}
            """
        let (reply, request) = try await ask(.chat, answer)
        #expect(reply.answer == .value(["verdict": "met"]))
        #expect(reply.usage.totalTokens == 12)
        #expect(reply.model == "m-1")
        #expect(request.path == "/v1/chat/completions")
        #expect(request.authorization == "Bearer the-key")
        #expect(request.body["messages"]?[0]?["content"]?.string == "Grade.")
        #expect(request.body["response_format"]?["json_schema"]?["schema"] == question.schema)
        #expect(request.body["response_format"]?["json_schema"]?["strict"] == true)
    }

    @Test("Messages have one tool that must be called, and its input is the answer")
    func messages() async throws {
        let answer = """
            {"model": "claude-1", "stop_reason": "tool_use",
             "content": [{"type": "text", "text": "So:"}, {"type": "tool_use", "input": {"verdict": "not_met"}}],
             "usage": {"input_tokens": 9, "output_tokens": 3}}
            """
        let (reply, request) = try await ask(.messages, answer)
        #expect(reply.answer == .value(["verdict": "not_met"]))
        #expect(reply.usage == Usage(inputTokens: 9, outputTokens: 3))
        #expect(reply.model == "claude-1")
        #expect(request.path == "/v1/messages")
        #expect(request.authorization == nil)
        #expect(request.headers["x-api-key"] == "the-key")
        #expect(request.headers["anthropic-version"] == "2023-06-01")
        #expect(request.body["system"]?.string == "Grade.")
        #expect(request.body["tool_choice"] == ["type": "tool", "name": "verdict"])
        #expect(request.body["tools"]?[0]?["input_schema"] == question.schema)
    }

    @Test(
        "an answer that is a refusal, was cut or is no JSON is unusable, and says so",
        arguments: [
            (ModelAPI.chat, #"{"choices": []}"#, "no choices"),
            (.chat, #"{"choices": [{"message": {"refusal": "no"}}]}"#, "refused: no"),
            (.chat, #"{"choices": [{"finish_reason": "length", "message": {"content": "{"}}]}"#, "incomplete: length"),
            (.chat, #"{"choices": [{"finish_reason": "stop", "message": {"content": "met"}}]}"#, "not fit the schema"),
            (.messages, #"{"stop_reason": "refusal", "content": []}"#, "refused"),
            (.messages, #"{"stop_reason": "max_tokens", "content": []}"#, "incomplete: max_tokens"),
            (.messages, #"{"stop_reason": "end_turn", "content": [{"type": "text", "text": "met"}]}"#, "not fit"),
            (.messages, #"{"error": {"message": "overloaded the-key"}}"#, "overloaded [key]"),
        ]
    )
    func unusable(api: ModelAPI, body: String, said: String) async throws {
        let (reply, _) = try await ask(api, body)
        guard case .unusable(let problem) = reply.answer else {
            Issue.record("\(reply.answer)")
            return
        }
        #expect(problem.contains(said), "\(problem)")
    }

    @Test("a server that asks for no key is sent none")
    func noKey() async throws {
        let (_, request) = try await ask(.chat, #"{"choices": []}"#, key: "")
        #expect(request.authorization == nil)
    }

    @Test("the environment names the model, its API and its key")
    func environment() throws {
        let keys = ["OPENAI_API_KEY": "o", "ANTHROPIC_API_KEY": "a"]
        let standard = try #require(try ModelConfiguration(environment: keys))
        #expect(standard.api == .responses && standard.key == "o")
        let alone = try #require(try ModelConfiguration(environment: ["ANTHROPIC_API_KEY": "a"]))
        #expect(alone.api == .messages && alone.baseURL.absoluteString == "https://api.anthropic.com/v1")
        let claude = try #require(
            try ModelConfiguration(environment: keys.merging(["ONESHOT_JUDGE_MODEL": "claude-x"]) { $1 })
        )
        #expect(claude.api == .messages && claude.key == "a" && claude.model == "claude-x")
        let chat = try #require(
            try ModelConfiguration(environment: keys.merging(["ONESHOT_JUDGE_API": "chat"]) { $1 })
        )
        #expect(chat.api == .chat && chat.key == "o")
        #expect(throws: ClientError.self) {
            try ModelConfiguration(environment: keys.merging(["ONESHOT_JUDGE_API": "soap"]) { $1 })
        }
        #expect(throws: ClientError.badAddress("nowhere")) {
            try ModelConfiguration(environment: keys.merging(["ONESHOT_JUDGE_BASE_URL": "nowhere"]) { $1 })
        }
    }

    @Test("a person names it with where it is; no key goes to an address of one's own that was not told so")
    func named() throws {
        let environment = ["OPENAI_API_KEY": "o", "ANTHROPIC_API_KEY": "a", "LOCAL_KEY": "l"]
        func named(_ text: String) throws(ClientError) -> ModelConfiguration {
            try ModelConfiguration(named: text, environment: environment)
        }
        let plain = try named("gpt-5.5")
        #expect(plain.api == .responses && plain.key == "o" && plain.baseURL.host == "api.openai.com")
        let claude = try named("claude-opus-5")
        #expect(claude.api == .messages && claude.key == "a" && claude.baseURL.host == "api.anthropic.com")
        let own = try named("qwen3:8b,api=chat,url=http://127.0.0.1:8000/v1")
        #expect(own.model == "qwen3:8b" && own.api == .chat && own.key.isEmpty)
        #expect(try named("q,url=http://127.0.0.1:8000/v1,key=LOCAL_KEY").key == "l")
        for text in ["", "api=chat", "m,api=soap", "m,color=red", "m,api", "m,key=A,key=B"] {
            #expect(throws: ClientError.self) { try named(text) }
        }
        #expect(throws: ClientError.keyMissing(variable: "NONE")) { try named("m,key=NONE") }
        #expect(throws: ClientError.badAddress("ftp://x")) { try named("m,url=ftp://x") }
    }
}
