/// The same forms that `Codable` gives, keys sorted, for who writes thousands of turns: Foundation's encoder takes ten
/// times as long.
extension Turn {
    public var json: JSON {
        var members: [JSON.Member] = []
        func add(_ key: String, _ value: JSON?) {
            if let value { members.append(.init(key, value)) }
        }
        func add(_ key: String, _ text: String?) {
            if let text { members.append(.init(key, .string(text))) }
        }
        func add(_ key: String, _ number: Int?) {
            if let number { members.append(.init(key, JSON(number))) }
        }
        add("answer", answer.map { .array($0.map(\.json)) })
        add("cost_usd", costUSD.map { JSON($0) })
        add("duration_ms", durationMs)
        add("error", error)
        add("exchange_ids", .array(exchangeIDs.map { JSON($0) }))
        add("first_byte_ms", firstByteMs)
        add("idle_ms", idleMs)
        add("index", index)
        add("input", .array(input.map(\.json)))
        add("kind", kind?.rawValue)
        add("lane", lane)
        add("model", model)
        add("output", output)
        add("previous_response_id", previousResponseID)
        add("prompt", prompt?.json)
        add("provider_usage", providerUsage.map(JSON.init(counts:)))
        add("reasoning", .array(reasoning.map { .string($0) }))
        add("response_id", responseID)
        add("retry_of", retryOf)
        add("started_at", startedAt)
        add("state", state.rawValue)
        add("stop_reason", stopReason)
        add("thread_id", threadID)
        add("tool_calls", .array(toolCalls.map(\.json)))
        add("tools", tools.map { .array($0) })
        add("unknown_events", unknownEvents.map(JSON.init(counts:)))
        add("usage", usage?.json)
        add("usage_problems", usageProblems.map { .array($0.map { .string($0) }) })
        add("window", window)
        return .object(members)
    }
}

extension TurnPrompt {
    fileprivate var json: JSON {
        var members: [JSON.Member] = []
        if let continues { members.append(.init("continues", JSON(continues))) }
        if fidelity != .complete { members.append(.init("fidelity", .string(fidelity.rawValue))) }
        if let items { members.append(.init("items", .array(items.map { .string($0.description) }))) }
        return .object(members)
    }
}

extension InputItem {
    fileprivate var json: JSON {
        var members: [JSON.Member] = []
        if let callID { members.append(.init("call_id", .string(callID))) }
        if let isError { members.append(.init("is_error", .bool(isError))) }
        members.append(.init("kind", .string(kind)))
        if let role { members.append(.init("role", .string(role))) }
        members.append(.init("text", .string(text)))
        return .object(members)
    }
}

extension ToolCall {
    fileprivate var json: JSON {
        var members: [JSON.Member] = [.init("arguments", .string(arguments)), .init("call_id", .string(callID))]
        if let isError { members.append(.init("is_error", .bool(isError))) }
        members.append(.init("name", .string(name)))
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

extension JSON {
    /// Keys sorted.
    init(counts: [String: Int]) {
        self = .object(counts.sorted { $0.key < $1.key }.map { Member($0.key, JSON($0.value)) })
    }
}
