/// The same forms that `Codable` gives, keys sorted, for who writes thousands of turns: Foundation's encoder takes ten
/// times as long.
extension Turn {
    public var json: JSON {
        var members: [JSON.Member] = []
        func add(_ key: String, _ value: JSON?) {
            if let value { members.append(.init(key, value)) }
        }
        add("duration_ms", durationMs.map { JSON($0) })
        add("error", error.map { .string($0) })
        add("exchange_ids", .array(exchangeIDs.map { JSON($0) }))
        add("first_byte_ms", firstByteMs.map { JSON($0) })
        add("index", JSON(index))
        add("input", .array(input.map(\.json)))
        add("model", model.map { .string($0) })
        add("output", .string(output))
        add(
            "provider_usage",
            providerUsage.map { .object($0.sorted { $0.key < $1.key }.map { .init($0.key, JSON($0.value)) }) }
        )
        add("reasoning", .array(reasoning.map { .string($0) }))
        add("started_at", .string(startedAt))
        add("state", .string(state.rawValue))
        add("thread_id", threadID.map { .string($0) })
        add("tool_calls", .array(toolCalls.map(\.json)))
        add("usage", usage?.json)
        add("usage_problems", usageProblems.map { .array($0.map { .string($0) }) })
        return .object(members)
    }
}

extension InputItem {
    fileprivate var json: JSON {
        var members: [JSON.Member] = []
        if let callID { members.append(.init("call_id", .string(callID))) }
        members.append(.init("kind", .string(kind)))
        if let role { members.append(.init("role", .string(role))) }
        members.append(.init("text", .string(text)))
        return .object(members)
    }
}

extension ToolCall {
    fileprivate var json: JSON {
        var members: [JSON.Member] = [
            .init("arguments", .string(arguments)), .init("call_id", .string(callID)), .init("name", .string(name)),
        ]
        if let result { members.append(.init("result", .string(result))) }
        return .object(members)
    }
}

extension Usage {
    public var json: JSON {
        var members: [JSON.Member] = []
        if cacheWriteTokens > 0 { members.append(.init("cache_write_tokens", JSON(cacheWriteTokens))) }
        members += [
            .init("cached_input_tokens", JSON(cachedInputTokens)), .init("input_tokens", JSON(inputTokens)),
            .init("output_tokens", JSON(outputTokens)), .init("reasoning_tokens", JSON(reasoningTokens)),
            .init("total_tokens", JSON(totalTokens)),
        ]
        return .object(members)
    }
}
