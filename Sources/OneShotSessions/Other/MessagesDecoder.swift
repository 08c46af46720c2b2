import OneShotCore

/// Reads calls of Anthropic's Messages API.
///
/// Source: docs.anthropic.com/en/api/messages and …/messages-streaming.
enum MessagesDecoder {
    static func prompt(of body: JSON, headers: RecordedHeaders) -> ModelCall.Prompt {
        var items: [PromptItem] = []
        let system = ResponsesDecoder.text(of: body["system"])
        if !system.isEmpty { items.append(PromptItem(InputItem(kind: "message", role: "system", text: system))) }
        for message in body["messages"]?.elements ?? [] {
            let role = message["role"]?.string ?? "user"
            let blocks: [JSON] =
                message["content"]?.string.map { [["type": "text", "text": .string($0)]] }
                ?? message["content"]?.elements ?? []
            items += blocks.compactMap { promptItem($0, role: role) }
        }
        return ModelCall.Prompt(
            model: body["model"]?.string,
            threadID: headers["x-claude-code-session-id"],
            items: items
        )
    }

    private static func promptItem(_ block: JSON, role: String) -> PromptItem? {
        switch block["type"]?.string {
        case "thinking", "redacted_thinking": return nil
        case "tool_use":
            let call = toolCall(block)
            return PromptItem(
                InputItem(kind: "tool_use", role: role, text: "\(call.name) \(call.arguments)", callID: call.callID),
                origin: .toolCall
            )
        case "tool_result":
            let text = ResponsesDecoder.text(of: block["content"])
            return PromptItem(
                InputItem(kind: "tool_result", role: "tool", text: text, callID: block["tool_use_id"]?.string)
            )
        default:
            let message = InputItem(kind: "message", role: role, text: ResponsesDecoder.text(of: [block]))
            return PromptItem(message, origin: role == "assistant" ? .answer : .client)
        }
    }

    fileprivate static func toolCall(_ block: JSON) -> ToolCall {
        ToolCall(
            callID: block["id"]?.string ?? "",
            name: block["name"]?.string ?? "",
            arguments: block["input"]?.compactText ?? "{}"
        )
    }
}

/// A message put together from its events.
struct MessageAssembly: AnswerDecoder {
    private var message: JSON = .object([])
    private var blocks: [Int: JSON] = [:]
    private var texts: [Int: String] = [:]
    /// The last number given for each: they are cumulative, and null says nothing.
    private var usage: [JSON.Member] = []
    private var state = Turn.State.truncated
    private var stopReason: String?
    private var error: String?
    private var unknown: [JSON] = []

    mutating func add(_ event: JSON) {
        let index = event["index"]?.int ?? 0
        switch event["type"]?.string {
        case "message_start":
            message = event["message"] ?? message
            count(message["usage"])
        case "content_block_start": blocks[index] = event["content_block"]
        case "content_block_delta":
            let delta = event["delta"]
            let piece = delta?["text"]?.string ?? delta?["partial_json"]?.string ?? delta?["thinking"]?.string
            texts[index, default: ""] += piece ?? ""
        case "message_delta":
            stopReason = event["delta"]?["stop_reason"]?.string ?? stopReason
            count(event["usage"])
        case "message_stop": if state != .failed { state = Self.state(stopReason) }
        case "error":
            state = .failed
            error = event["error"]?["message"]?.string ?? event["error"]?.compactText
        case "ping", "content_block_stop": break
        default: unknown.append(event)
        }
    }

    mutating func take(whole: JSON) {
        guard whole["type"]?.string != "error" else { return add(whole) }
        message = whole
        count(whole["usage"])
        blocks = Dictionary(uniqueKeysWithValues: (whole["content"]?.elements ?? []).enumerated().map { ($0, $1) })
        stopReason = whole["stop_reason"]?.string
        if stopReason != nil { state = Self.state(stopReason) }
    }

    private static func state(_ stopReason: String?) -> Turn.State {
        ["max_tokens", "model_context_window_exceeded", "pause_turn"].contains(stopReason) ? .incomplete : .complete
    }

    private mutating func count(_ new: JSON?) {
        for member in new?.members ?? [] where member.value != .null {
            usage.removeAll { $0.key == member.key }
            usage.append(member)
        }
    }

    var answer: ModelCall.Answer {
        var answer = ModelCall.Answer(
            responseID: message["id"]?.string,
            model: message["model"]?.string,
            state: state,
            usageReading: UsageReading(messages: .object(usage)),
            error: error,
            unknownEvents: unknown
        )
        for (index, block) in blocks.sorted(by: { $0.key < $1.key }) {
            let streamed = texts[index] ?? ""
            switch block["type"]?.string {
            case "text": answer.messages.append((block["text"]?.string ?? "") + streamed)
            case "thinking": answer.reasoning.append((block["thinking"]?.string ?? "") + streamed)
            case "tool_use", "server_tool_use", "mcp_tool_use":
                var call = MessagesDecoder.toolCall(block)
                if !streamed.isEmpty { call.arguments = streamed }
                answer.toolCalls.append(call)
            case let type? where type.hasSuffix("_tool_result"):
                // Tools that the provider runs bring their result with them.
                let id = block["tool_use_id"]?.string
                guard let call = answer.toolCalls.lastIndex(where: { $0.callID == id }) else { continue }
                answer.toolCalls[call].result = ResponsesDecoder.text(of: block["content"])
            default: break
            }
        }
        answer.messages.removeAll(where: \.isEmpty)
        return answer
    }
}
