import OneShotCore

/// What a provider would send: the events of a stream.
extension GeneratedAnswer {
    func events(_ api: ModelAPI, random: inout Seeded) -> [JSON] {
        switch api {
        case .responses: responses(&random)
        case .chat: chat(&random)
        case .messages: messages(&random)
        case .gemini: gemini(&random)
        }
    }

    /// The recorder's form of that stream.
    func body(_ api: ModelAPI, random: inout Seeded) -> String {
        let events = events(api, random: &random)
        guard api == .chat else { return Sample.stream(events) }
        let done = [Turn.State.complete, .incomplete].contains(state) ? "data: [DONE]\n\n" : ""
        return Sample.raw(events.map { "data: \($0.compactText)\n\n" }.joined() + done)
    }

    private func responses(_ random: inout Seeded) -> [JSON] {
        var events: [JSON] = [
            ["type": "response.created", "response": ["id": .string(id), "model": "m", "status": "in_progress"]]
        ]
        for (index, part) in parts.enumerated() {
            let (item, kind, key) = responsesItem(part)
            let place = [JSON.Member("output_index", JSON(index)), .init(key, 0)]
            let start = item.members.filter { !["summary", "content", "arguments"].contains($0.key) }
            events.append(
                .object([.init("type", "response.output_item.added"), place[0], .init("item", .object(start))])
            )
            for piece in random.pieces(text(of: part)) {
                events.append(.object([.init("type", .string(kind)), .init("delta", .string(piece))] + place))
            }
            // What was cut may lack its end.
            guard state != .truncated || random.chance(0.5) else { continue }
            events.append(.object([.init("type", "response.output_item.done"), place[0], .init("item", item)]))
        }
        let words: [Turn.State: String] = [.complete: "completed", .incomplete: "incomplete", .failed: "failed"]
        guard let word = words[state] else { return events }
        var response: [JSON.Member] = [
            .init("id", .string(id)), .init("model", "m"), .init("status", .string(word)), .init("output", []),
            .init(
                "usage",
                [
                    "input_tokens": JSON(usage.inputTokens),
                    "input_tokens_details": [
                        "cached_tokens": JSON(usage.cachedInputTokens),
                        "cache_write_tokens": JSON(usage.cacheWriteTokens),
                    ],
                    "output_tokens": JSON(usage.outputTokens),
                    "output_tokens_details": ["reasoning_tokens": JSON(usage.reasoningTokens)],
                    "total_tokens": JSON(usage.totalTokens),
                ]
            ),
        ]
        if state == .incomplete { response.append(.init("incomplete_details", ["reason": "max_output_tokens"])) }
        if state == .failed { response.append(.init("error", ["code": "server_error", "message": "boom"])) }
        return events + [["type": .string("response.\(word)"), "response": .object(response)]]
    }

    private func text(of part: Part) -> String {
        switch part {
        case .reasoning(let text), .text(let text): text
        case .call(let call): call.arguments
        }
    }

    private func responsesItem(_ part: Part) -> (item: JSON, delta: String, index: String) {
        switch part {
        case .reasoning(let text):
            let item: JSON = ["type": "reasoning", "summary": [["type": "summary_text", "text": .string(text)]]]
            return (item, "response.reasoning_summary_text.delta", "summary_index")
        case .text(let text): return (Sample.message(text), "response.output_text.delta", "content_index")
        case .call(let call):
            let item: JSON = [
                "type": "function_call", "call_id": .string(call.callID), "name": .string(call.name),
                "arguments": .string(call.arguments),
            ]
            return (item, "response.function_call_arguments.delta", "content_index")
        }
    }

    private func chat(_ random: inout Seeded) -> [JSON] {
        func chunk(_ delta: JSON, _ reason: JSON = .null) -> JSON {
            [
                "id": .string(id), "model": "m",
                "choices": [["index": 0, "delta": delta, "finish_reason": reason]], "usage": .null,
            ]
        }
        var chunks = [chunk(["role": "assistant", "content": ""])]
        var number = 0
        for part in parts {
            switch part {
            case .reasoning(let text):
                chunks += random.pieces(text).map { chunk(["reasoning_content": .string($0)]) }
            case .text(let text): chunks += random.pieces(text).map { chunk(["content": .string($0)]) }
            case .call(let call):
                // Some gateways repeat id and name.
                let repeats = random.chance(0.3)
                for (index, piece) in random.pieces(call.arguments).enumerated() {
                    let isNamed = index == 0 || repeats
                    let function: [JSON.Member] =
                        (isNamed ? [.init("name", .string(call.name))] : []) + [.init("arguments", .string(piece))]
                    let members: [JSON.Member] =
                        [.init("index", JSON(number))] + (isNamed ? [.init("id", .string(call.callID))] : [])
                    chunks.append(
                        chunk(["tool_calls": [.object(members + [.init("function", .object(function))])]])
                    )
                }
                number += 1
            }
        }
        switch state {
        case .complete: chunks.append(chunk([:], calls.isEmpty ? "stop" : "tool_calls"))
        case .incomplete: chunks.append(chunk([:], "length"))
        case .failed: return chunks + [["error": ["message": "boom"]]]
        default: return chunks
        }
        let counts: JSON = [
            "prompt_tokens": JSON(usage.inputTokens), "completion_tokens": JSON(usage.outputTokens),
            "total_tokens": JSON(usage.totalTokens),
            "prompt_tokens_details": [
                "cached_tokens": JSON(usage.cachedInputTokens), "cache_write_tokens": JSON(usage.cacheWriteTokens),
            ],
            "completion_tokens_details": ["reasoning_tokens": JSON(usage.reasoningTokens)],
        ]
        return chunks + [["id": .string(id), "choices": [], "usage": counts]]
    }

    private func messages(_ random: inout Seeded) -> [JSON] {
        let fresh = usage.inputTokens - usage.cachedInputTokens - usage.cacheWriteTokens
        let counts: JSON = [
            "input_tokens": JSON(fresh), "cache_read_input_tokens": JSON(usage.cachedInputTokens),
            "cache_creation_input_tokens": JSON(usage.cacheWriteTokens), "output_tokens": 1,
        ]
        var events: [JSON] = [
            ["type": "message_start", "message": ["id": .string(id), "model": "m", "usage": counts]], ["type": "ping"],
        ]
        for (index, part) in parts.enumerated() {
            let block: JSON
            let kind: (type: JSON, key: String)
            switch part {
            case .reasoning: (block, kind) = (["type": "thinking", "thinking": ""], ("thinking_delta", "thinking"))
            case .text: (block, kind) = (["type": "text", "text": ""], ("text_delta", "text"))
            case .call(let call):
                block = ["type": "tool_use", "id": .string(call.callID), "name": .string(call.name), "input": [:]]
                kind = ("input_json_delta", "partial_json")
            }
            events.append(["type": "content_block_start", "index": JSON(index), "content_block": block])
            for piece in [""] + random.pieces(text(of: part)) {
                let delta = JSON.object([.init("type", kind.type), .init(kind.key, .string(piece))])
                events.append(["type": "content_block_delta", "index": JSON(index), "delta": delta])
            }
            events.append(["type": "content_block_stop", "index": JSON(index)])
        }
        let reason: JSON
        switch state {
        case .complete: reason = calls.isEmpty ? "end_turn" : "tool_use"
        case .incomplete: reason = "max_tokens"
        case .failed: return events + [["type": "error", "error": ["type": "overloaded_error", "message": "boom"]]]
        default: return events
        }
        let last: JSON = [
            "output_tokens": JSON(usage.outputTokens), "input_tokens": .null,
            "output_tokens_details": ["thinking_tokens": JSON(usage.reasoningTokens)],
        ]
        return events + [
            ["type": "message_delta", "delta": ["stop_reason": reason], "usage": last], ["type": "message_stop"],
        ]
    }

    private func gemini(_ random: inout Seeded) -> [JSON] {
        func chunk(_ parts: JSON) -> JSON {
            ["candidates": [["content": ["role": "model", "parts": parts]]], "responseId": .string(id)]
        }
        var chunks = [chunk([])]
        for part in parts {
            switch part {
            case .reasoning(let text):
                chunks += random.pieces(text).map { chunk([["text": .string($0), "thought": true]]) }
            case .text(let text): chunks += random.pieces(text).map { chunk([["text": .string($0)]]) }
            case .call(let call):
                let arguments = (try? JSON(parsing: call.arguments)) ?? .null
                let function: JSON = [
                    "id": .string(call.callID), "name": .string(call.name), "args": arguments,
                ]
                chunks.append(chunk([["functionCall": function]]))
            }
        }
        let reason: JSON
        switch state {
        case .complete: reason = "STOP"
        case .incomplete: reason = "MAX_TOKENS"
        case .failed: return chunks + [["error": ["code": 500, "message": "boom"]]]
        default: return chunks
        }
        let counts: JSON = [
            "promptTokenCount": JSON(usage.inputTokens), "cachedContentTokenCount": JSON(usage.cachedInputTokens),
            "candidatesTokenCount": JSON(usage.outputTokens - usage.reasoningTokens),
            "thoughtsTokenCount": JSON(usage.reasoningTokens), "totalTokenCount": JSON(usage.totalTokens),
        ]
        return chunks + [
            [
                "candidates": [["content": ["parts": []], "finishReason": reason]], "modelVersion": "m",
                "usageMetadata": counts,
            ]
        ]
    }
}
