import OneShotCore

extension ModelAnswer {
    /// The answer as a completion of the Chat Completions API.
    var chatCompletion: JSON {
        chat(
            "chat.completion",
            choice: ["index": 0, "message": chatMessage, "logprobs": nil, "finish_reason": chatFinish],
            usage: usage.chatJSON
        )
    }

    /// The same as the chunks of a stream, without the mark of its end.
    func chatChunks(withUsage: Bool) -> [JSON] {
        func chunk(_ delta: JSON, finish: JSON = nil) -> JSON {
            chat(
                "chat.completion.chunk",
                choice: ["index": 0, "delta": delta, "finish_reason": finish],
                usage: nil
            )
        }
        var chunks = [chunk(["role": "assistant", "content": ""])]
        chunks += Self.pieces(of: chatText).map { chunk(["content": .string($0)]) }
        for (index, call) in chatCalls.enumerated() {
            let begun: JSON = [
                "index": JSON(index), "id": call["id"] ?? "", "type": "function",
                "function": ["name": call["function"]?["name"] ?? "", "arguments": ""],
            ]
            chunks.append(chunk(["tool_calls": [begun]]))
            chunks += Self.pieces(of: call["function"]?["arguments"]?.string ?? "").map { piece in
                chunk(["tool_calls": [["index": JSON(index), "function": ["arguments": .string(piece)]]]])
            }
        }
        chunks.append(chunk([:], finish: chatFinish))
        if withUsage { chunks.append(chat("chat.completion.chunk", choice: nil, usage: usage.chatJSON)) }
        return chunks
    }

    private func chat(_ object: JSON, choice: JSON?, usage: JSON) -> JSON {
        [
            "id": .string("chatcmpl-\(responseID)"), "object": object, "created": 0, "model": .string(model),
            "choices": .array([choice].compactMap(\.self)), "usage": usage,
        ]
    }

    private var chatText: String {
        items.filter { $0["type"]?.string == "message" }.compactMap { $0["content"]?[0]?["text"]?.string }
            .joined(separator: "\n\n")
    }

    private var chatCalls: [JSON] {
        items.filter { $0["type"]?.string == "function_call" }.map { item in
            [
                "id": item["call_id"] ?? "", "type": "function",
                "function": ["name": item["name"] ?? "", "arguments": item["arguments"] ?? ""],
            ]
        }
    }

    private var chatFinish: JSON { chatCalls.isEmpty ? "stop" : "tool_calls" }

    private var chatMessage: JSON {
        let text: JSON = chatText.isEmpty && !chatCalls.isEmpty ? .null : .string(chatText)
        let calls: [JSON.Member] = chatCalls.isEmpty ? [] : [.init("tool_calls", .array(chatCalls))]
        return .object([.init("role", "assistant"), .init("content", text), .init("refusal", nil)] + calls)
    }
}

extension Usage {
    /// As the Chat Completions API writes it.
    fileprivate var chatJSON: JSON {
        [
            "prompt_tokens": JSON(inputTokens), "completion_tokens": JSON(outputTokens),
            "total_tokens": JSON(totalTokens),
            "prompt_tokens_details": ["cached_tokens": JSON(cachedInputTokens)],
            "completion_tokens_details": ["reasoning_tokens": JSON(reasoningTokens)],
        ]
    }
}
