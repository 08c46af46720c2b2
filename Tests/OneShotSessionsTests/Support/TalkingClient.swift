import OneShotCore
import OneShotStore
import OneShotTesting

@testable import OneShotSessions

/// A client that talks to a model as agents do: with tools, failures, repetitions, summaries, and changes to what it
/// said before.
struct TalkingClient {
    enum Entry: Sendable {
        case system(String)
        case user(String)
        case answer(GeneratedAnswer)
        case result(String, String)
    }

    let api: ModelAPI
    /// Only what is new goes over the wire, on a WebSocket of the Responses API.
    let isChained: Bool
    private(set) var random: Seeded
    private(set) var exchanges: [Exchange] = []
    /// What each exchange's whole prompt was.
    private(set) var prompts: [[InputItem]] = []
    private var history: [Entry] = []
    /// The answer to go on from, and how much of the history it has seen.
    private var last: (response: String, entries: Int)?
    private let thread: String

    init(_ api: ModelAPI, isChained: Bool = false, seed: Int, thread: String = "thread-1") {
        self.api = api
        self.isChained = isChained
        self.thread = thread
        random = Seeded(seed)
        history = [.system("You are an agent.")]
        if random.chance(0.3) { history.append(.user("<environment_context>\n</environment_context>")) }
    }

    mutating func talk(turns: Int) {
        while exchanges.count < turns { step() }
    }

    mutating func step() {
        if case .answer(let answer)? = history.last, !answer.calls.isEmpty {
            for call in answer.calls { history.append(.result(call.callID, random.text())) }
            if random.chance(0.1) { history.append(.user("<system-reminder>be quick</system-reminder>")) }
        } else if random.chance(0.3) {
            history.append(.user("continue"))
        } else {
            history.append(.user(random.text()))
        }
        if random.chance(0.1) { summarize() }
        if random.chance(0.1) { rewrite() }
        var answer = ask()
        while answer.state == .failed || answer.state == .truncated { answer = ask() }
        history.append(.answer(answer))
        last = (answer.id, history.count)
    }

    /// In place of the history stands a summary, and some of what the user said.
    private mutating func summarize() {
        let kept = history.filter { entry in
            switch entry {
            case .system: true
            case .user: random.chance(0.5)
            default: false
            }
        }
        history = kept + [.user("Summary: \(random.text())")]
        last = nil
    }

    private mutating func rewrite() {
        guard let index = history.indices.randomElement(using: &random) else { return }
        switch history[index] {
        case .system: history[index] = .system("You are an agent. \(random.text())")
        case .user: history[index] = .user(random.text())
        case .result(let id, _): history[index] = .result(id, "[removed]")
        case .answer: return
        }
        last = nil
    }

    private mutating func ask() -> GeneratedAnswer {
        let number = exchanges.count + 1
        let answer = GeneratedAnswer(number, api, random: &random)
        // A new connection knows nothing.
        if isChained, random.chance(0.1) { last = nil }
        let whole = self.request(history[...], after: nil)
        prompts.append(decode(whole))
        let request = isChained ? last.map { self.request(history[$0.entries...], after: $0.response) } ?? whole : whole
        var exchange: Exchange
        if isChained {
            exchange = RecordedExchange.webSocket(
                id: Int64(number),
                request: request,
                messages: answer.events(api, random: &random)
            )
        } else {
            exchange = RecordedExchange.http(
                id: Int64(number),
                request: request,
                answer: answer.body(api, random: &random),
                url: api.url
            )
            if api == .messages {
                exchange.metaJSON = #"{"request_headers":[["x-claude-code-session-id","\#(thread)"]]}"#
            }
        }
        if answer.state == .truncated { exchange.state = .cut }
        exchanges.append(exchange)
        return answer
    }

    private func decode(_ request: JSON) -> [InputItem] {
        let exchange = RecordedExchange.http(request: request, answer: nil, url: api.url)
        guard let dialect = ExchangeReader.dialect(of: exchange) else { return [] }
        return ExchangeReader.prompt(of: exchange, dialect: dialect).items.map(\.item)
    }
}

// MARK: - Requests

extension TalkingClient {
    private func request(_ entries: ArraySlice<Entry>, after response: String?) -> JSON {
        switch api {
        case .responses: Sample.request(entries.flatMap(responses), previous: response, thread: thread)
        case .chat: ["model": "m", "messages": .array(entries.flatMap(chat))]
        case .messages: ["model": "m", "tools": [["name": "run"]], "messages": .array(entries.map(messages))]
        case .gemini: ["contents": .array(entries.map(gemini))]
        }
    }

    private func responses(_ entry: Entry) -> [JSON] {
        switch entry {
        case .system(let text): [Sample.developer(text)]
        case .user(let text): [Sample.user(text)]
        case .result(let id, let text): [Sample.result(id, text)]
        case .answer(let answer):
            answer.parts.map { part in
                switch part {
                case .reasoning(let text): ["type": "reasoning", "summary": [["text": .string(text)]]]
                case .text(let text): Sample.message(text)
                case .call(let call):
                    [
                        "type": "function_call", "call_id": .string(call.callID), "name": .string(call.name),
                        "arguments": .string(call.arguments),
                    ]
                }
            }
        }
    }

    private func chat(_ entry: Entry) -> [JSON] {
        switch entry {
        case .system(let text): [["role": "system", "content": .string(text)]]
        case .user(let text): [["role": "user", "content": .string(text)]]
        case .result(let id, let text): [["role": "tool", "tool_call_id": .string(id), "content": .string(text)]]
        case .answer(let answer):
            [
                [
                    "role": "assistant", "content": JSON(answer.texts.first),
                    "tool_calls": .array(
                        answer.calls.map {
                            [
                                "id": .string($0.callID),
                                "function": ["name": .string($0.name), "arguments": .string($0.arguments)],
                            ]
                        }
                    ),
                ]
            ]
        }
    }

    private func messages(_ entry: Entry) -> JSON {
        switch entry {
        case .system(let text): ["role": "system", "content": .string(text)]
        case .user(let text): ["role": "user", "content": [["type": "text", "text": .string(text)]]]
        case .result(let id, let text):
            [
                "role": "user",
                "content": [["type": "tool_result", "tool_use_id": .string(id), "content": .string(text)]],
            ]
        case .answer(let answer):
            [
                "role": "assistant",
                "content": .array(
                    answer.parts.map { part in
                        switch part {
                        case .reasoning(let text): ["type": "thinking", "thinking": .string(text)]
                        case .text(let text): ["type": "text", "text": .string(text)]
                        case .call(let call):
                            [
                                "type": "tool_use", "id": .string(call.callID), "name": .string(call.name),
                                "input": (try? JSON(parsing: call.arguments)) ?? .null,
                            ]
                        }
                    }
                ),
            ]
        }
    }

    private func gemini(_ entry: Entry) -> JSON {
        switch entry {
        case .system(let text), .user(let text): ["role": "user", "parts": [["text": .string(text)]]]
        case .result(let id, let text):
            [
                "role": "user",
                "parts": [
                    ["functionResponse": ["id": .string(id), "name": "run", "response": ["output": .string(text)]]]
                ],
            ]
        case .answer(let answer):
            [
                "role": "model",
                "parts": .array(
                    answer.parts.map { part in
                        switch part {
                        case .reasoning(let text): ["text": .string(text), "thought": true]
                        case .text(let text): ["text": .string(text)]
                        case .call(let call):
                            [
                                "functionCall": [
                                    "id": .string(call.callID), "name": .string(call.name),
                                    "args": (try? JSON(parsing: call.arguments)) ?? .null,
                                ]
                            ]
                        }
                    }
                ),
            ]
        }
    }
}
