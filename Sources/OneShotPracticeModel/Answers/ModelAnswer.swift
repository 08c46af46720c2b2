import OneShotCore

/// A whole answer of the practice model.
struct ModelAnswer: Sendable, Equatable {
    var responseID: String
    var model: String
    var previousResponseID: String?
    /// Output items of the Responses API, with their ids.
    var items: [JSON]
    var usage: Usage
    var delayMs: Int

    /// The response object.
    ///
    /// - Parameter status: `in_progress` for the events before the end, where output and usage are not known yet.
    func response(status: String = "completed") -> JSON {
        let isDone = status == "completed"
        return [
            "id": .string(responseID), "object": "response", "created_at": 0, "status": .string(status),
            "error": nil, "incomplete_details": nil, "model": .string(model),
            "output": .array(isDone ? items : []),
            "previous_response_id": JSON(previousResponseID),
            "usage": isDone ? usage.responsesJSON : .null,
        ]
    }
}

extension Usage {
    /// As the Responses API writes it.
    var responsesJSON: JSON {
        [
            "input_tokens": JSON(inputTokens),
            "input_tokens_details": ["cached_tokens": JSON(cachedInputTokens)],
            "output_tokens": JSON(outputTokens),
            "output_tokens_details": ["reasoning_tokens": JSON(reasoningTokens)],
            "total_tokens": JSON(totalTokens),
        ]
    }
}

extension AnswerItem {
    /// The item as the Responses API writes it.
    ///
    /// - Parameter id: unique within all answers; call and item ids are made of it.
    func json(id: String) -> JSON {
        switch self {
        case .reasoning(let text):
            [
                "type": "reasoning", "id": .string("rs_\(id)"),
                "summary": [["type": "summary_text", "text": .string(text)]], "encrypted_content": nil,
            ]
        case .message(let text):
            [
                "type": "message", "id": .string("msg_\(id)"), "role": "assistant", "status": "completed",
                "content": [["type": "output_text", "text": .string(text), "annotations": []]],
            ]
        case .function(let tool, let arguments):
            Self.call(
                "function_call",
                tool,
                ids: ("fc_\(id)", "call_\(id)"),
                .init("arguments", .string(arguments.compactText))
            )
        case .custom(let tool, let input):
            Self.call("custom_tool_call", tool, ids: ("ctc_\(id)", "call_\(id)"), .init("input", .string(input)))
        case .localShell(let command):
            [
                "type": "local_shell_call", "id": .string("lsh_\(id)"), "call_id": .string("call_\(id)"),
                "status": "completed",
                "action": ["type": "exec", "command": .array(command.map { .string($0) }), "env": [:]],
            ]
        case .toolSearch(let query):
            [
                "type": "tool_search_call", "id": .string("tsc_\(id)"), "call_id": .string("call_\(id)"),
                "status": "completed", "execution": "client",
                "arguments": ["query": .string(query), "limit": 8],
            ]
        case .compaction:
            ["type": "compaction", "id": .string("cmp_\(id)"), "encrypted_content": .string("practice-\(id)")]
        case .verbatim(let item): item
        }
    }

    private static func call(
        _ type: JSON,
        _ tool: ToolOffer.Tool,
        ids: (item: String, call: String),
        _ payload: JSON.Member
    ) -> JSON {
        var members: [JSON.Member] = [
            .init("type", type), .init("id", .string(ids.item)), .init("call_id", .string(ids.call)),
            .init("status", "completed"), .init("name", .string(tool.name)),
        ]
        if let namespace = tool.namespace { members.append(.init("namespace", .string(namespace))) }
        return .object(members + [payload])
    }
}
