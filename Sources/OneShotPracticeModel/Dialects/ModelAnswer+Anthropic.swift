import OneShotCore

extension ModelAnswer {
    /// The answer as a message of Anthropic's API.
    ///
    /// - Parameter request: tells whether thinking was asked for, and whether a tool has to be called.
    func anthropicMessage(to request: JSON) -> JSON {
        let blocks = anthropicBlocks(to: request)
        return anthropicMessage(content: blocks, stop: stopReason(blocks), outputTokens: usage.outputTokens)
    }

    /// The same as the events of a stream.
    func anthropicEvents(to request: JSON) -> [JSON] {
        let blocks = anthropicBlocks(to: request)
        var events: [JSON] = [
            ["type": "message_start", "message": anthropicMessage(content: [], stop: nil, outputTokens: 1)],
            ["type": "ping"],
        ]
        for (index, block) in blocks.enumerated() {
            let at = JSON(index)
            events.append(["type": "content_block_start", "index": at, "content_block": Self.begun(block)])
            events += Self.deltas(of: block).map { ["type": "content_block_delta", "index": at, "delta": $0] }
            events.append(["type": "content_block_stop", "index": at])
        }
        return events + [
            [
                "type": "message_delta", "delta": ["stop_reason": .string(stopReason(blocks)), "stop_sequence": nil],
                "usage": ["output_tokens": JSON(usage.outputTokens)],
            ],
            ["type": "message_stop"],
        ]
    }

    private func stopReason(_ blocks: [JSON]) -> String {
        blocks.contains { $0["type"]?.string == "tool_use" } ? "tool_use" : "end_turn"
    }

    private func anthropicMessage(content: [JSON], stop: String?, outputTokens: Int) -> JSON {
        [
            "id": .string("msg_\(responseID)"), "type": "message", "role": "assistant", "model": .string(model),
            "content": .array(content), "stop_reason": JSON(stop), "stop_sequence": nil,
            "usage": [
                "input_tokens": JSON(max(0, usage.inputTokens - usage.cachedInputTokens)),
                "cache_read_input_tokens": JSON(usage.cachedInputTokens), "cache_creation_input_tokens": 0,
                "output_tokens": JSON(outputTokens),
            ],
        ]
    }

    private func anthropicBlocks(to request: JSON) -> [JSON] {
        let forced = AnthropicRequest.forcedTool(request)?["name"]
        let thinks = request["thinking"].map { $0["type"]?.string != "disabled" } ?? false
        return items.compactMap { item in
            switch item["type"]?.string {
            case "message":
                let text = item["content"]?[0]?["text"]?.string ?? ""
                if let forced, let input = try? JSON(parsing: text) {
                    return ["type": "tool_use", "id": .string("toolu_\(responseID)"), "name": forced, "input": input]
                }
                return ["type": "text", "text": .string(text)]
            case "function_call":
                let input = (item["arguments"]?.string).flatMap { try? JSON(parsing: $0) } ?? [:]
                return [
                    "type": "tool_use", "id": item["call_id"] ?? "", "name": item["name"] ?? "", "input": input,
                ]
            case "reasoning" where thinks:
                let text = item["summary"]?[0]?["text"] ?? ""
                return ["type": "thinking", "thinking": text, "signature": "practice"]
            default: return nil
            }
        }
    }

    /// A block as it is announced, before its content.
    private static func begun(_ block: JSON) -> JSON {
        .object(
            block.members.map { member in
                switch member.key {
                case "text", "thinking", "signature": .init(member.key, "")
                case "input": .init(member.key, [:])
                default: member
                }
            }
        )
    }

    private static func deltas(of block: JSON) -> [JSON] {
        switch block["type"]?.string {
        case "text":
            return pieces(of: block["text"]?.string ?? "").map { ["type": "text_delta", "text": .string($0)] }
        case "thinking":
            let text = pieces(of: block["thinking"]?.string ?? "")
            return text.map { ["type": "thinking_delta", "thinking": .string($0)] }
                + [["type": "signature_delta", "signature": "practice"]]
        default:
            let text = pieces(of: (block["input"] ?? [:]).compactText)
            return text.map { ["type": "input_json_delta", "partial_json": .string($0)] }
        }
    }
}
