import OneShotCore

/// The tokens that a provider says a call took: in our form, as the provider gave them, and what does not add up.
struct UsageReading: Sendable, Equatable {
    var usage: Usage
    /// Every number of the provider's object by its path, such as `input_tokens_details.cached_tokens`.
    var given: [String: Int] = [:]
    /// A sentence for each invariant that does not hold.
    var problems: [String] = []

    /// - Parameters:
    ///   - source: the provider's object.
    ///   - total: the path in it of what should be the input and the output.
    private init(_ usage: Usage, from source: JSON, total: String?) {
        let usage = usage.bounded
        self.usage = usage
        collect(source, below: "")
        let total = total.flatMap { given[$0] }
        let cached = usage.cachedInputTokens + usage.cacheWriteTokens
        if given.values.contains(where: { $0 < 0 }) { problems.append("a number is negative") }
        if cached > usage.inputTokens {
            problems.append(
                "\(cached) tokens read from or written to a cache are more than \(usage.inputTokens) of input"
            )
        }
        if usage.reasoningTokens > usage.outputTokens {
            problems.append(
                "\(usage.reasoningTokens) tokens of reasoning are more than \(usage.outputTokens) of output"
            )
        }
        if let total, total != usage.totalTokens {
            problems.append("the total is \(total), input and output are \(usage.totalTokens)")
        }
    }

    private mutating func collect(_ value: JSON, below path: String) {
        // Keys go into sessions as they are: nothing but names.
        for member in value.members where member.key.utf8.allSatisfy({ $0 == 0x5F || $0 | 0x20 >= 0x61 && $0 < 0x7B }) {
            let place = path.isEmpty ? member.key : "\(path).\(member.key)"
            if let number = member.value.int { given[place] = number }
            collect(member.value, below: place)
        }
    }
}

extension UsageReading {
    /// From a `usage` object of the Responses API; nil for null. Cached input is part of the input, reasoning of the
    /// output.
    init?(responses usage: JSON) {
        guard case .object = usage else { return nil }
        let input = usage["input_tokens_details"]
        self.init(
            Usage(
                inputTokens: usage["input_tokens"]?.count ?? 0,
                cachedInputTokens: input?["cached_tokens"]?.count ?? 0,
                outputTokens: usage["output_tokens"]?.count ?? 0,
                reasoningTokens: usage["output_tokens_details"]?["reasoning_tokens"]?.count ?? 0,
                cacheWriteTokens: input?["cache_write_tokens"]?.count ?? 0
            ),
            from: usage,
            total: "total_tokens"
        )
    }

    /// From a `usage` object of Chat Completions; nil for null.
    init?(chatCompletions usage: JSON) {
        guard case .object = usage else { return nil }
        let prompt = usage["prompt_tokens_details"]
        self.init(
            Usage(
                inputTokens: usage["prompt_tokens"]?.count ?? 0,
                cachedInputTokens: prompt?["cached_tokens"]?.count ?? usage["prompt_cache_hit_tokens"]?.count ?? 0,
                outputTokens: usage["completion_tokens"]?.count ?? 0,
                reasoningTokens: usage["completion_tokens_details"]?["reasoning_tokens"]?.count ?? 0,
                cacheWriteTokens: prompt?["cache_write_tokens"]?.count ?? 0
            ),
            from: usage,
            total: "total_tokens"
        )
    }

    /// From the members that a stream of the Messages API gave last; nil when it gave none. Here the cached input comes
    /// beside the input.
    init?(messages usage: JSON) {
        guard case .object(let members) = usage, !members.isEmpty else { return nil }
        let cached = usage["cache_read_input_tokens"]?.count ?? 0
        let written = usage["cache_creation_input_tokens"]?.count ?? 0
        let output = usage["output_tokens_details"]
        self.init(
            Usage(
                inputTokens: (usage["input_tokens"]?.count ?? 0) + cached + written,
                cachedInputTokens: cached,
                outputTokens: usage["output_tokens"]?.count ?? 0,
                reasoningTokens: (output?["reasoning_tokens"] ?? output?["thinking_tokens"])?.count ?? 0,
                cacheWriteTokens: written
            ),
            from: usage,
            total: nil
        )
    }

    /// From `usageMetadata` of Gemini; nil for null. Thoughts are counted beside the candidates, cached input inside the
    /// prompt.
    init?(generateContent usage: JSON) {
        guard case .object = usage else { return nil }
        let thoughts = usage["thoughtsTokenCount"]?.count ?? 0
        self.init(
            Usage(
                inputTokens: (usage["promptTokenCount"]?.count ?? 0) + (usage["toolUsePromptTokenCount"]?.count ?? 0),
                cachedInputTokens: usage["cachedContentTokenCount"]?.count ?? 0,
                outputTokens: (usage["candidatesTokenCount"]?.count ?? 0) + thoughts,
                reasoningTokens: thoughts
            ),
            from: usage,
            total: "totalTokenCount"
        )
    }
}

extension Usage {
    /// With counts that can be stored, whatever somebody stated: see `JSON.count`.
    var bounded: Usage {
        func bound(_ count: Int) -> Int { JSON(count).count ?? 0 }
        return Usage(
            inputTokens: bound(inputTokens),
            cachedInputTokens: bound(cachedInputTokens),
            outputTokens: bound(outputTokens),
            reasoningTokens: bound(reasoningTokens),
            cacheWriteTokens: bound(cacheWriteTokens)
        )
    }
}
