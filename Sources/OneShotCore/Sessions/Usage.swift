/// Tokens, in one form for every provider. Cached tokens are part of the input, reasoning is part of the output.
public struct Usage: Codable, Sendable, Equatable {
    public var inputTokens: Int
    public var cachedInputTokens: Int
    public var outputTokens: Int
    public var reasoningTokens: Int
    /// Input that was put into the provider's cache, part of the input; 0 where a provider does not tell.
    public var cacheWriteTokens: Int

    /// Input and output together, cached input included.
    public var totalTokens: Int { inputTokens + outputTokens }

    /// Input that no cache had, and output: what a token limit counts, and what Codex prints as "tokens used". An
    /// agent resends its whole history with every call; counting that again each time would measure the number of
    /// calls rather than the work.
    public var freshTokens: Int { max(0, inputTokens - cachedInputTokens) + outputTokens }

    public init(
        inputTokens: Int = 0,
        cachedInputTokens: Int = 0,
        outputTokens: Int = 0,
        reasoningTokens: Int = 0,
        cacheWriteTokens: Int = 0
    ) {
        self.inputTokens = inputTokens
        self.cachedInputTokens = cachedInputTokens
        self.outputTokens = outputTokens
        self.reasoningTokens = reasoningTokens
        self.cacheWriteTokens = cacheWriteTokens
    }

    public static func + (left: Usage, right: Usage) -> Usage {
        Usage(
            inputTokens: left.inputTokens + right.inputTokens,
            cachedInputTokens: left.cachedInputTokens + right.cachedInputTokens,
            outputTokens: left.outputTokens + right.outputTokens,
            reasoningTokens: left.reasoningTokens + right.reasoningTokens,
            cacheWriteTokens: left.cacheWriteTokens + right.cacheWriteTokens
        )
    }

    enum CodingKeys: String, CodingKey {
        case inputTokens = "input_tokens"
        case cachedInputTokens = "cached_input_tokens"
        case outputTokens = "output_tokens"
        case reasoningTokens = "reasoning_tokens"
        case cacheWriteTokens = "cache_write_tokens"
        case totalTokens = "total_tokens"
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        func count(_ key: CodingKeys) throws -> Int {
            let count = try container.decode(Int.self, forKey: key)
            guard (0...JSON.largestCount).contains(count) else {
                throw DecodingError.dataCorruptedError(
                    forKey: key,
                    in: container,
                    debugDescription: "expected a number of tokens, not \(count)"
                )
            }
            return count
        }
        inputTokens = try count(.inputTokens)
        cachedInputTokens = try count(.cachedInputTokens)
        outputTokens = try count(.outputTokens)
        reasoningTokens = try count(.reasoningTokens)
        cacheWriteTokens = container.contains(.cacheWriteTokens) ? try count(.cacheWriteTokens) : 0
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(inputTokens, forKey: .inputTokens)
        try container.encode(cachedInputTokens, forKey: .cachedInputTokens)
        try container.encode(outputTokens, forKey: .outputTokens)
        try container.encode(reasoningTokens, forKey: .reasoningTokens)
        // Most providers do not count it: left out rather than a 0 that nobody measured.
        if cacheWriteTokens > 0 { try container.encode(cacheWriteTokens, forKey: .cacheWriteTokens) }
        try container.encode(totalTokens, forKey: .totalTokens)
    }
}
