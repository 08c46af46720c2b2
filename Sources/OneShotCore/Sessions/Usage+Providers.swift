/// What the providers say, in our form: the one place that knows how each of them counts.
extension Usage {
    /// From a `usage` object of the Responses API; nil for null. Cached input is part of the input, reasoning of the
    /// output.
    public init?(responses usage: JSON) {
        guard case .object = usage else { return nil }
        let input = usage["input_tokens_details"]
        self = Usage(
            inputTokens: usage["input_tokens"]?.count ?? 0,
            cachedInputTokens: input?["cached_tokens"]?.count ?? 0,
            outputTokens: usage["output_tokens"]?.count ?? 0,
            reasoningTokens: usage["output_tokens_details"]?["reasoning_tokens"]?.count ?? 0,
            cacheWriteTokens: input?["cache_write_tokens"]?.count ?? 0
        )
    }

    /// From a `usage` object of Chat Completions; nil for null.
    public init?(chatCompletions usage: JSON) {
        guard case .object = usage else { return nil }
        let prompt = usage["prompt_tokens_details"]
        self = Usage(
            inputTokens: usage["prompt_tokens"]?.count ?? 0,
            cachedInputTokens: prompt?["cached_tokens"]?.count ?? usage["prompt_cache_hit_tokens"]?.count ?? 0,
            outputTokens: usage["completion_tokens"]?.count ?? 0,
            reasoningTokens: usage["completion_tokens_details"]?["reasoning_tokens"]?.count ?? 0,
            cacheWriteTokens: prompt?["cache_write_tokens"]?.count ?? 0
        )
    }

    /// From a `usage` object of the Messages API; nil for one without members. Here the cached input comes beside the
    /// input.
    public init?(messages usage: JSON) {
        guard case .object(let members) = usage, !members.isEmpty else { return nil }
        let cached = usage["cache_read_input_tokens"]?.count ?? 0
        let written = usage["cache_creation_input_tokens"]?.count ?? 0
        let output = usage["output_tokens_details"]
        self =
            Usage(
                inputTokens: (usage["input_tokens"]?.count ?? 0) + cached + written,
                cachedInputTokens: cached,
                outputTokens: usage["output_tokens"]?.count ?? 0,
                reasoningTokens: (output?["reasoning_tokens"] ?? output?["thinking_tokens"])?.count ?? 0,
                cacheWriteTokens: written
            ).bounded
    }

    /// From `usageMetadata` of Gemini; nil for null. Thoughts are counted beside the candidates, cached input inside the
    /// prompt.
    public init?(generateContent usage: JSON) {
        guard case .object = usage else { return nil }
        let thoughts = usage["thoughtsTokenCount"]?.count ?? 0
        self =
            Usage(
                inputTokens: (usage["promptTokenCount"]?.count ?? 0) + (usage["toolUsePromptTokenCount"]?.count ?? 0),
                cachedInputTokens: usage["cachedContentTokenCount"]?.count ?? 0,
                outputTokens: (usage["candidatesTokenCount"]?.count ?? 0) + thoughts,
                reasoningTokens: thoughts
            ).bounded
    }

    /// From an answer, or one event of an answer, of any of these APIs.
    ///
    /// - Returns: nil where it tells no usage.
    public init?(inAnswer json: JSON) {
        if let gemini = json["usageMetadata"] ?? json["response"]?["usageMetadata"] {
            self.init(generateContent: gemini)
            return
        }
        guard let usage = json["response"]?["usage"] ?? json["message"]?["usage"] ?? json["usage"],
            !usage.members.isEmpty
        else { return nil }
        if usage["prompt_tokens"] != nil {
            self.init(chatCompletions: usage)
        } else if usage["input_tokens_details"] != nil || usage["total_tokens"] != nil {
            self.init(responses: usage)
        } else {
            self.init(messages: usage)
        }
    }

    /// With counts that can be stored, whatever somebody stated: see `JSON.count`.
    public var bounded: Usage {
        func bound(_ count: Int) -> Int { min(max(0, count), JSON.largestCount) }
        return Usage(
            inputTokens: bound(inputTokens),
            cachedInputTokens: bound(cachedInputTokens),
            outputTokens: bound(outputTokens),
            reasoningTokens: bound(reasoningTokens),
            cacheWriteTokens: bound(cacheWriteTokens)
        )
    }
}
