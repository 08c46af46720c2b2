import OneShotCore

/// An answer of the Responses API put together from its events, in the order in which they come.
///
/// `response.output_item.done` is the truth about an item; the deltas stand in for it only until it comes. State, usage
/// and error come from the terminal event, whose own `output` may well be empty. Unknown events are passed over.
struct ResponseAssembly: Sendable {
    fileprivate var items: [Int: Item] = [:]
    private var responseID: String?
    private var model: String?
    private var state = Turn.State.truncated
    private var usage: Usage?
    private var error: String?

    /// What is known of one output item.
    fileprivate struct Item: Sendable {
        var json: JSON?
        var isDone = false
        var texts: [Int: String] = [:]
        var summaries: [Int: String] = [:]
        var payload = ""
    }

    mutating func add(_ event: JSON) {
        let index = event["output_index"]?.int ?? 0
        let delta = event["delta"]?.string ?? ""
        switch event["type"]?.string {
        case "response.created", "response.in_progress", "response.queued":
            responseID = event["response"]?["id"]?.string ?? responseID
            model = event["response"]?["model"]?.string ?? model
        case "response.output_item.added":
            if items[index]?.isDone != true { items[index, default: Item()].json = event["item"] }
        case "response.output_item.done":
            items[index, default: Item()].json = event["item"]
            items[index, default: Item()].isDone = event["item"] != nil
        case "response.output_text.delta", "response.refusal.delta", "response.reasoning_text.delta":
            items[index, default: Item()].texts[event["content_index"]?.int ?? 0, default: ""] += delta
        case "response.output_text.done", "response.reasoning_text.done":
            items[index, default: Item()].texts[event["content_index"]?.int ?? 0] = event["text"]?.string
        case "response.reasoning_summary_text.delta":
            items[index, default: Item()].summaries[event["summary_index"]?.int ?? 0, default: ""] += delta
        case "response.reasoning_summary_text.done":
            items[index, default: Item()].summaries[event["summary_index"]?.int ?? 0] = event["text"]?.string
        case "response.function_call_arguments.delta", "response.custom_tool_call_input.delta",
            "response.mcp_call_arguments.delta", "response.code_interpreter_call_code.delta":
            items[index, default: Item()].payload += delta
        case "response.completed", "response.failed", "response.incomplete", "response.cancelled", "response.done":
            if let response = event["response"] { take(response: response) }
            if state == .truncated { state = .complete }
        case "error":
            state = .failed
            error = Self.message(of: event["error"] ?? event) ?? error
        default: break
        }
    }

    /// Takes over a whole response object, or the error body that came in its place.
    mutating func take(response: JSON) {
        responseID = response["id"]?.string ?? responseID
        model = response["model"]?.string ?? model
        usage = response["usage"].flatMap(Usage.init(responses:)) ?? usage
        let output = response["output"]?.elements ?? []
        // The stream's own items are as good, and they may carry more.
        if !items.values.contains(where: \.isDone), !output.isEmpty {
            items = Dictionary(uniqueKeysWithValues: output.enumerated().map { ($0, Item(json: $1, isDone: true)) })
        }
        if let message = response["error"].flatMap(Self.message) { error = message }
        switch response["status"]?.string {
        case "completed": state = .complete
        case "incomplete":
            state = .incomplete
            error = error ?? response["incomplete_details"]?["reason"]?.string
        case "failed", "cancelled": state = .failed
        case "in_progress", "queued": break
        default:
            if response["error"] != nil, response["error"] != .null { state = .failed }
            if response["detail"] != nil, response["output"] == nil {
                state = .failed
                error = error ?? response["detail"]?.string ?? response["detail"]?.compactText
            }
        }
    }

    var answer: ModelCall.Answer {
        var answer = ModelCall.Answer(responseID: responseID, model: model, state: state, usage: usage, error: error)
        for (_, item) in items.sorted(by: { $0.key < $1.key }) {
            let json = item.whole
            switch json["type"]?.string {
            case "message":
                let text = ResponsesDecoder.text(of: json["content"])
                if !text.isEmpty { answer.messages.append(text) }
            case "reasoning":
                let parts = (json["summary"]?.elements ?? []) + (json["content"]?.elements ?? [])
                answer.reasoning += parts.compactMap { $0["text"]?.string }.filter { !$0.isEmpty }
            default:
                if let call = ResponsesDecoder.toolCall(json) { answer.toolCalls.append(call) }
            }
        }
        return answer
    }

    /// The items that are complete, as they came.
    var outputItems: [JSON] {
        items.sorted { $0.key < $1.key }.filter(\.value.isDone).compactMap(\.value.json)
    }

    private static func message(of error: JSON) -> String? {
        error["message"]?.string ?? error.string ?? error["code"]?.string
    }
}

extension ResponseAssembly.Item {
    /// The item itself, or what its deltas make of it.
    fileprivate var whole: JSON {
        let given = json ?? .object([])
        guard !isDone else { return given }
        let type = given["type"]?.string ?? (summaries.isEmpty ? "message" : "reasoning")
        func parts(_ texts: [Int: String], _ kind: JSON) -> JSON {
            .array(texts.sorted { $0.key < $1.key }.map { ["type": kind, "text": .string($0.value)] })
        }
        var members = given.members.filter { $0.key != "type" } + [.init("type", .string(type))]
        switch type {
        case "message": members.append(.init("content", parts(texts, "output_text")))
        case "reasoning":
            members.append(.init("summary", parts(summaries, "summary_text")))
            members.append(.init("content", parts(texts, "reasoning_text")))
        case "custom_tool_call": members.append(.init("input", .string(payload)))
        case "code_interpreter_call": members.append(.init("code", .string(payload)))
        case "function_call", "mcp_call": members.append(.init("arguments", .string(payload)))
        default: break
        }
        return .object(members)
    }
}

extension Usage {
    /// From a `usage` object of the Responses API; nil for null.
    init?(responses usage: JSON) {
        guard case .object = usage else { return nil }
        self.init(
            inputTokens: usage["input_tokens"]?.count ?? 0,
            cachedInputTokens: usage["input_tokens_details"]?["cached_tokens"]?.count ?? 0,
            outputTokens: usage["output_tokens"]?.count ?? 0,
            reasoningTokens: usage["output_tokens_details"]?["reasoning_tokens"]?.count ?? 0
        )
    }
}
