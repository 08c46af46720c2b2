import OneShotCore

/// The conventions' JSON for what was said (`gen-ai-input-messages.json`, `gen-ai-output-messages.json`).
extension Turn {
    /// What the system and the agent's authors told the model in this turn.
    var instructionParts: [JSON] {
        input.filter { $0.isInstruction }.map { ["type": "text", "content": $0.text.json] }
    }

    /// What else was new in this turn's prompt.
    var inputMessages: [JSON] {
        input.filter { !$0.isInstruction }.map { item in
            let role =
                item.role ?? (item.kind == "tool_result" ? "tool" : item.kind == "tool_call" ? "assistant" : "user")
            return ["role": role.json, "parts": [item.part]]
        }
    }

    /// One message with the reasoning, the text and the calls; none where nothing came.
    var outputMessages: [JSON] {
        let parts: [JSON] =
            reasoning.map { ["type": "reasoning", "content": $0.json] }
            + (output.isEmpty ? [] : [["type": "text", "content": output.json]])
            + toolCalls.map { $0.part }
        guard !parts.isEmpty else { return [] }
        return [["role": "assistant", "parts": .array(parts), "finish_reason": (finishReason ?? "unknown").json]]
    }

    /// By the conventions' words where they have one for it, else the provider's.
    var finishReason: String? {
        switch state {
        case .failed, .truncated, .refused: return "error"
        case .inFlight: return nil
        case .complete, .incomplete: break
        }
        switch stopReason?.lowercased() {
        case "tool_use", "tool_calls": return "tool_call"
        case "end_turn", "stop_sequence", "stop", "completed": return "stop"
        case "max_tokens", "max_output_tokens", "length": return "length"
        case "content_filter", "refusal", "safety": return "content_filter"
        case let other?: return other
        case nil: return state == .incomplete ? "length" : toolCalls.isEmpty ? "stop" : "tool_call"
        }
    }
}

extension InputItem {
    var isInstruction: Bool { kind == "message" && (role == "system" || role == "developer") }

    fileprivate var part: JSON {
        switch kind {
        case "message": ["type": "text", "content": text.json]
        case "tool_result":
            .members(["type": "tool_call_response", "id": callID?.json, "response": text.json])
        case "tool_call":
            .members([
                "type": "tool_call", "id": callID?.json,
                "name": String(text.prefix { $0 != " " }).json,
                "arguments": String(text.drop { $0 != " " }.dropFirst()).json,
            ])
        default: ["type": kind.json, "content": text.json]
        }
    }
}

extension ToolCall {
    fileprivate var part: JSON {
        ["type": "tool_call", "id": callID.json, "name": name.json, "arguments": argumentsObject]
    }
}

extension ToolDefinition {
    /// The conventions' form: what OpenAI has under `function` stands beside the type.
    var spanJSON: JSON {
        .members([
            "type": "function", "name": name.json, "description": description.map { .string($0) },
            "parameters": parameters,
        ])
    }
}
