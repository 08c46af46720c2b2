/// The tokens that a provider says a call took: in our form, as the provider gave them, and what does not add up.
public struct UsageReading: Sendable, Equatable {
    public var usage: Usage
    /// Every number of the provider's object by its path, such as `input_tokens_details.cached_tokens`.
    public private(set) var given: [String: Int] = [:]
    /// A sentence for each invariant that does not hold.
    public private(set) var problems: [String] = []

    /// - Parameters:
    ///   - usage: nil where the provider gave none.
    ///   - source: the provider's object.
    ///   - total: the path in it of what should be the input and the output.
    private init?(_ usage: Usage?, from source: JSON, total: String?) {
        guard let usage else { return nil }
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
    /// From a `usage` object of the Responses API; nil for null.
    public init?(responses usage: JSON) { self.init(Usage(responses: usage), from: usage, total: "total_tokens") }

    /// From a `usage` object of Chat Completions; nil for null.
    public init?(chatCompletions usage: JSON) {
        self.init(Usage(chatCompletions: usage), from: usage, total: "total_tokens")
    }

    /// From the members that a stream of the Messages API gave last; nil when it gave none.
    public init?(messages usage: JSON) { self.init(Usage(messages: usage), from: usage, total: nil) }

    /// From `usageMetadata` of Gemini; nil for null.
    public init?(generateContent usage: JSON) {
        self.init(Usage(generateContent: usage), from: usage, total: "totalTokenCount")
    }
}
