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

    static func answer(_ body: RecordedAnswer) -> ModelCall.Answer {
        switch body {
        case .absent: return ModelCall.Answer()
        case .text(let text): return ModelCall.Answer(error: text)
        case .json(let message):
            var assembly = MessageAssembly()
            assembly.take(message: message)
            return assembly.answer
        case .events(let events):
            var assembly = MessageAssembly()
            for event in events { assembly.add(event) }
            return assembly.answer
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
private struct MessageAssembly {
    private var message: JSON = .object([])
    private var blocks: [Int: JSON] = [:]
    private var texts: [Int: String] = [:]
    /// The last number given for each: they are cumulative, and null says nothing.
    private var counts: [String: Int] = [:]
    private var state = Turn.State.truncated
    private var stopReason: String?
    private var error: String?

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
        case "message_stop": state = stopReason == "max_tokens" ? .incomplete : .complete
        case "error":
            state = .failed
            error = event["error"]?["message"]?.string ?? event["error"]?.compactText
        default: break
        }
    }

    mutating func take(message whole: JSON) {
        guard whole["type"]?.string != "error" else { return add(whole) }
        message = whole
        count(whole["usage"])
        blocks = Dictionary(uniqueKeysWithValues: (whole["content"]?.elements ?? []).enumerated().map { ($0, $1) })
        stopReason = whole["stop_reason"]?.string
        if stopReason != nil { state = stopReason == "max_tokens" ? .incomplete : .complete }
    }

    private mutating func count(_ usage: JSON?) {
        for member in usage?.members ?? [] {
            if let number = member.value.count { counts[member.key] = number }
        }
    }

    var answer: ModelCall.Answer {
        var answer = ModelCall.Answer(
            responseID: message["id"]?.string,
            model: message["model"]?.string,
            state: state,
            error: error
        )
        var said: [String] = []
        for (index, block) in blocks.sorted(by: { $0.key < $1.key }) {
            let streamed = texts[index]
            switch block["type"]?.string {
            case "text": said.append(streamed ?? block["text"]?.string ?? "")
            case "thinking": answer.reasoning.append(streamed ?? block["thinking"]?.string ?? "")
            case "tool_use":
                var call = MessagesDecoder.toolCall(block)
                if let streamed, !streamed.isEmpty { call.arguments = streamed }
                answer.toolCalls.append(call)
            default: break
            }
        }
        answer.messages = said.filter { !$0.isEmpty }
        if !counts.isEmpty {
            let cached = counts["cache_read_input_tokens"] ?? 0
            let written = counts["cache_creation_input_tokens"] ?? 0
            answer.usage = Usage(
                inputTokens: (counts["input_tokens"] ?? 0) + cached + written,
                cachedInputTokens: cached,
                outputTokens: counts["output_tokens"] ?? 0
            )
        }
        return answer
    }
}
