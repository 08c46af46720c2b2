import OneShotCore

/// A request of the Chat Completions API, put as the Responses API would put it.
///
/// https://platform.openai.com/docs/api-reference/chat/create
enum ChatRequest {
    static func responses(_ body: JSON) -> JSON {
        var members: [JSON.Member] = [
            .init("model", body["model"] ?? "practice"), .init("stream", body["stream"] ?? false),
            .init("input", .array((body["messages"]?.elements ?? []).flatMap(items))),
            .init("tools", body["tools"] ?? []),
        ]
        if let schema = body["response_format"]?["json_schema"]?["schema"] {
            members.append(.init("text", ["format": ["type": "json_schema", "schema": schema]]))
        }
        return .object(members)
    }

    private static func items(of message: JSON) -> [JSON] {
        let role = message["role"]?.string ?? "user"
        let text =
            message["content"]?.string
            ?? (message["content"]?.elements ?? [])
            .compactMap { $0["text"]?.string }.joined(separator: "\n")
        if role == "tool" {
            return [
                ["type": "function_call_output", "call_id": message["tool_call_id"] ?? "", "output": .string(text)]
            ]
        }
        let calls = (message["tool_calls"]?.elements ?? []).map { call -> JSON in
            [
                "type": "function_call", "call_id": call["id"] ?? "", "name": call["function"]?["name"] ?? "",
                "arguments": call["function"]?["arguments"] ?? "",
            ]
        }
        // An answer that only calls tools has no text.
        let isSilent = text.isEmpty && !calls.isEmpty
        return (isSilent ? [] : [["type": "message", "role": .string(role), "content": .string(text)]]) + calls
    }
}
