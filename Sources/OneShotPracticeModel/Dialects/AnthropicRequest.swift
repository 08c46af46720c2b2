import OneShotCore

/// A request of Anthropic's Messages API, put as the Responses API would put it.
///
/// https://docs.anthropic.com/en/api/messages
enum AnthropicRequest {
    static func responses(_ body: JSON) -> JSON {
        let forced = forcedTool(body)
        let tools = (body["tools"]?.elements ?? []).filter { _ in forced == nil }
        var members: [JSON.Member] = [
            .init("model", body["model"] ?? "practice"), .init("stream", body["stream"] ?? false),
            .init("input", .array((body["messages"]?.elements ?? []).flatMap(items))),
            .init("tools", .array(tools.map(tool))),
        ]
        let format = body["output_config"]?["format"] ?? body["output_format"]
        if let schema = forced?["input_schema"] ?? format?["schema"] {
            members.append(.init("text", ["format": ["type": "json_schema", "schema": schema]]))
        }
        return .object(members)
    }

    /// The tool that the answer has to call: what clients do that want an answer in JSON.
    static func forcedTool(_ body: JSON) -> JSON? {
        guard body["tool_choice"]?["type"]?.string == "tool", let name = body["tool_choice"]?["name"]?.string else {
            return nil
        }
        return body["tools"]?.elements.first { $0["name"]?.string == name }
    }

    private static func tool(_ tool: JSON) -> JSON {
        ["type": "function", "name": tool["name"] ?? "", "parameters": tool["input_schema"] ?? [:]]
    }

    private static func items(of message: JSON) -> [JSON] {
        let role = message["role"]?.string ?? "user"
        let blocks =
            message["content"]?.string.map { [["type": "text", "text": .string($0)]] }
            ?? message["content"]?.elements ?? []
        return blocks.compactMap { block in
            switch block["type"]?.string {
            case "text":
                // What Claude Code adds around the person's words.
                let text = block["text"]?.string ?? ""
                if role == "user", text.hasPrefix("<system-reminder>") { return nil }
                return ["type": "message", "role": .string(role), "content": .string(text)]
            case "tool_use":
                return [
                    "type": "function_call", "name": block["name"] ?? "", "call_id": block["id"] ?? "",
                    "arguments": .string((block["input"] ?? [:]).compactText),
                ]
            case "tool_result":
                return [
                    "type": "function_call_output", "call_id": block["tool_use_id"] ?? "",
                    "output": .string(text(of: block["content"])),
                ]
            case "thinking" where role == "assistant": return ["type": "reasoning", "summary": []]
            default: return nil
            }
        }
    }

    private static func text(of content: JSON?) -> String {
        content?.string ?? (content?.elements ?? []).compactMap { $0["text"]?.string }.joined(separator: "\n")
    }
}
