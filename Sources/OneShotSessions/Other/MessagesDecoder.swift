import OneShotCore

/// Reads calls of Anthropic's Messages API.
///
/// Source: docs.anthropic.com/en/api/messages and …/messages-streaming.
enum MessagesDecoder {
    static func prompt(of body: JSON, headers: RecordedHeaders) -> ModelCall.Prompt {
        var items: [InputItem] = []
        let system = Self.system(of: body)
        if !system.isEmpty { items.append(InputItem(kind: "message", role: "system", text: system)) }
        for message in body["messages"]?.elements ?? [] {
            let role = message["role"]?.string ?? "user"
            let blocks: [JSON] =
                message["content"]?.string.map { [["type": "text", "text": .string($0)]] }
                ?? message["content"]?.elements ?? []
            items += blocks.compactMap { item($0, role: role) }
        }
        let claude = ClaudeCodeCall(body: body, headers: headers, last: items.last)
        return ModelCall.Prompt(
            model: body["model"]?.string,
            threadID: claude.threadID,
            thread: claude.thread,
            isCompaction: claude.isCompaction,
            isSideCall: claude.isSideCall,
            items: items.map(PromptItem.init),
            tools: body["tools"]?.elements ?? []
        )
    }

    /// Without the line that Claude Code sends in front: a header in the form of a text, another one with each call.
    private static func system(of body: JSON) -> String {
        let blocks = body["system"]?.elements ?? []
        guard blocks.first?["text"]?.string?.hasPrefix("x-anthropic-billing-header:") == true else {
            return ResponsesDecoder.text(of: body["system"])
        }
        return ResponsesDecoder.text(of: .array(Array(blocks.dropFirst())))
    }

    /// A block of a message, or of an answer that becomes one.
    ///
    /// - Returns: nil for reasoning, and for an answer without words.
    static func item(_ block: JSON, role: String) -> InputItem? {
        let type = block["type"]?.string ?? "text"
        switch type {
        case "thinking", "redacted_thinking": return nil
        case "tool_use", "server_tool_use", "mcp_tool_use": return toolCall(block).item
        case _ where type.hasSuffix("tool_result"):
            return InputItem(
                kind: "tool_result",
                role: "tool",
                text: ResponsesDecoder.text(of: block["content"]),
                callID: block["tool_use_id"]?.string,
                isError: block["is_error"]?.bool
            )
        default:
            let text = ResponsesDecoder.text(of: [block])
            return role == "assistant" && text.isEmpty ? nil : InputItem(kind: "message", role: role, text: text)
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
            if blocks[index] == nil { blocks[index] = Self.block(startedBy: delta) }
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

    /// What a piece is a piece of, where nothing came before it.
    private static func block(startedBy delta: JSON?) -> JSON {
        switch delta?["type"]?.string {
        case "input_json_delta": ["type": "tool_use"]
        case "thinking_delta", "signature_delta": ["type": "thinking"]
        default: ["type": "text"]
        }
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
            stopReason: stopReason,
            usageReading: UsageReading(messages: .object(usage)),
            error: error,
            unknownEvents: unknown
        )
        for (index, block) in blocks.sorted(by: { $0.key < $1.key }) {
            take(block, streamed: texts[index] ?? "", into: &answer)
        }
        return answer
    }

    private func take(_ block: JSON, streamed: String, into answer: inout ModelCall.Answer) {
        switch block["type"]?.string {
        case "text":
            let text = (block["text"]?.string ?? "") + streamed
            guard !text.isEmpty else { return }
            answer.messages.append(text)
            answer.items.append(InputItem(kind: "message", role: "assistant", text: text))
        case "thinking":
            let text = (block["thinking"]?.string ?? "") + streamed
            if !text.isEmpty { answer.reasoning.append(text) }
        case "tool_use", "server_tool_use", "mcp_tool_use":
            var call = MessagesDecoder.toolCall(block)
            // As an object it has no form of its own; what was cut is shown as it came.
            if !streamed.isEmpty { call.arguments = (try? JSON(parsing: streamed))?.compactText ?? streamed }
            answer.toolCalls.append(call)
            answer.items.append(call.item)
        case let type? where type.hasSuffix("_tool_result"):
            // Tools that the provider runs bring their result with them.
            guard let item = MessagesDecoder.item(block, role: "assistant") else { return }
            answer.items.append(item)
            guard let call = answer.toolCalls.lastIndex(where: { $0.callID == item.callID }) else { return }
            answer.toolCalls[call].result = item.text
            answer.toolCalls[call].isError = item.isError
        default:
            // Nothing but its kind is known of it, and it may come back.
            if let item = MessagesDecoder.item(block, role: "assistant") { answer.items.append(item) }
        }
    }
}
