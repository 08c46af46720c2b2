import OneShotCore

/// Reads calls of OpenAI's Responses API: over HTTP as JSON or as a stream of events, and over WebSocket.
///
/// Source: platform.openai.com/docs/api-reference/responses and …/responses-streaming, and what the Codex CLI sends.
enum ResponsesDecoder {
    static func prompt(of body: JSON, headers: RecordedHeaders) -> ModelCall.Prompt {
        let codex = CodexTurn(body: body, headers: headers)
        let input = body["input"]?.elements ?? []
        var items: [PromptItem] = []
        if let instructions = body["instructions"]?.string, !instructions.isEmpty {
            items.append(PromptItem(InputItem(kind: "message", role: "system", text: instructions)))
        }
        if let text = body["input"]?.string {
            items.append(PromptItem(InputItem(kind: "message", role: "user", text: text)))
        }
        items += input.compactMap(item).map(PromptItem.init)
        return ModelCall.Prompt(
            model: body["model"]?.string,
            threadID: codex.threadID ?? body["prompt_cache_key"]?.string,
            thread: codex.thread,
            previousResponseID: body["previous_response_id"]?.string,
            canBeContinued: true,
            lane: body["stream_id"]?.string,
            isPrewarm: body["generate"]?.bool == false,
            isCompaction: codex.isCompaction || input.last?["type"] == "compaction_trigger",
            window: codex.window,
            items: items,
            tools: body["tools"]?.elements ?? [],
            addedTools: input.filter { $0["type"] == "additional_tools" }.flatMap { $0["tools"]?.elements ?? [] },
            repository: codex.repository
        )
    }
}

// MARK: - Input items

extension ResponsesDecoder {
    /// An item of an input, or of an output that may become one.
    ///
    /// - Returns: nil for what is not part of the conversation: tool definitions, reasoning, an answer without words.
    static func item(_ item: JSON) -> InputItem? {
        let type = item["type"]?.string ?? "message"
        let callID = item["call_id"]?.string
        switch type {
        case "additional_tools", "reasoning", "item_reference", "mcp_list_tools": return nil
        case "message":
            let role = item["role"]?.string ?? "user"
            let text = Self.text(of: item["content"])
            return role == "assistant" && text.isEmpty ? nil : InputItem(kind: "message", role: role, text: text)
        case "tool_search_output":
            let names = (item["tools"]?.elements ?? []).map { $0["name"]?.string ?? "?" }
            let text = "found: \(names.joined(separator: ", "))"
            return InputItem(kind: "tool_result", role: "tool", text: text, callID: callID)
        case "compaction", "compaction_summary": return InputItem(kind: "compaction", text: "")
        case _ where type.hasSuffix("_output"):
            return InputItem(kind: "tool_result", role: "tool", text: text(of: item["output"]), callID: callID)
        case _ where type.hasSuffix("_call"): return toolCall(item)?.item
        default: return InputItem(kind: type, role: item["role"]?.string, text: item.compactText)
        }
    }

    /// The text of a content that is a string, a list of parts, or anything else.
    static func text(of content: JSON?) -> String {
        switch content {
        case nil, .null: ""
        case .string(let text): text
        case .array(let parts): parts.map(text(ofPart:)).joined(separator: "\n")
        case let other?: other["text"]?.string ?? other["content"]?.string ?? other.compactText
        }
    }

    private static func text(ofPart part: JSON) -> String {
        if let text = part.string ?? part["text"]?.string ?? part["refusal"]?.string { return text }
        switch part["type"]?.string {
        case "input_image", "image", "image_url": return "[image]"
        case "input_file", "file": return "[file \(part["filename"]?.string ?? "")]"
        case let type?: return "[\(type)]"
        case nil: return part.compactText
        }
    }
}

// MARK: - Output items

extension ResponsesDecoder {
    /// An output item as a tool call; nil when it is none.
    static func toolCall(_ item: JSON) -> ToolCall? {
        guard let type = item["type"]?.string, type.hasSuffix("_call") else { return nil }
        let callID = item["call_id"]?.string ?? item["id"]?.string ?? ""
        let name: String =
            switch type {
            case "function_call", "custom_tool_call":
                [item["namespace"]?.string, item["name"]?.string].compactMap { $0 }.joined(separator: ".")
            case "mcp_call":
                [item["server_label"]?.string, item["name"]?.string].compactMap { $0 }.joined(separator: ".")
            default: String(type.dropLast("_call".count))
            }
        let payload = ["arguments", "input", "action", "operation", "code", "queries"].lazy.compactMap { item[$0] }
            .first
        var call = ToolCall(callID: callID, name: name, arguments: payload.map { $0.string ?? $0.compactText } ?? "")
        // Tools that the provider runs bring their result with them.
        if type == "mcp_call" {
            let error = item["error"].flatMap {
                $0 == .null ? nil : $0.string ?? $0["message"]?.string ?? $0.compactText
            }
            call.result = item["output"]?.string ?? error
            if error != nil { call.isError = true }
        }
        return call
    }
}
