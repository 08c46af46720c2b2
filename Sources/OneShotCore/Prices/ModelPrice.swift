/// What a provider asks for the tokens of one model, in US dollars for a million of them: one entry of a price file
/// (`docs/formats/prices.md`).
public struct ModelPrice: Codable, Sendable, Equatable {
    /// What a million tokens cost.
    public struct Rates: Codable, Sendable, Equatable {
        public var input: Double
        /// Input that came out of the provider's cache.
        public var cachedInput: Double
        /// Input that was put into the provider's cache.
        public var cacheWrite: Double
        public var output: Double

        public init(input: Double, cachedInput: Double? = nil, cacheWrite: Double? = nil, output: Double) {
            self.input = input
            self.cachedInput = cachedInput ?? input
            self.cacheWrite = cacheWrite ?? input
            self.output = output
        }

        enum CodingKeys: String, CodingKey {
            case input
            case cachedInput = "cached_input"
            case cacheWrite = "cache_write"
            case output
        }

        public init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            self.init(
                input: try container.price(.input),
                cachedInput: try container.optionalPrice(.cachedInput),
                cacheWrite: try container.optionalPrice(.cacheWrite),
                output: try container.price(.output)
            )
        }

        /// What these tokens cost, in US dollars.
        func dollars(_ usage: Usage) -> Double {
            let written = min(usage.cacheWriteTokens, max(0, usage.inputTokens - usage.cachedInputTokens))
            let fresh = max(0, usage.inputTokens - usage.cachedInputTokens - written)
            return
                (Double(fresh) * input + Double(usage.cachedInputTokens) * cachedInput + Double(written) * cacheWrite
                + Double(usage.outputTokens) * output) / 1_000_000
        }
    }

    /// Other rates for all tokens of a call whose input is long.
    public struct LongContext: Codable, Sendable, Equatable {
        /// The rates hold for a call with more input tokens than this, cached ones included.
        public var aboveInputTokens: Int
        public var rates: Rates

        public init(aboveInputTokens: Int, rates: Rates) {
            self.aboveInputTokens = aboveInputTokens
            self.rates = rates
        }

        enum CodingKeys: String, CodingKey {
            case aboveInputTokens = "above_input_tokens"
        }

        public init(from decoder: any Decoder) throws {
            aboveInputTokens = try decoder.container(keyedBy: CodingKeys.self).decode(
                Int.self,
                forKey: .aboveInputTokens
            )
            rates = try Rates(from: decoder)
        }

        public func encode(to encoder: any Encoder) throws {
            try rates.encode(to: encoder)
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(aboveInputTokens, forKey: .aboveInputTokens)
        }
    }

    /// The name that requests use, without the date of a snapshot.
    public var model: String
    /// The day on which this was the list price, as `2026-10-24`.
    public var asOf: String
    public var rates: Rates
    public var longContext: LongContext?

    public init(model: String, asOf: String, rates: Rates, longContext: LongContext? = nil) {
        self.model = model
        self.asOf = asOf
        self.rates = rates
        self.longContext = longContext
    }

    /// What one call cost, in US dollars.
    ///
    /// - Parameter usage: of that call alone, since a long input changes the price of all its tokens.
    public func dollars(_ usage: Usage) -> Double { rates(forInput: usage.inputTokens).dollars(usage) }

    /// The most that one call can cost, in US dollars: nothing of its input comes out of a cache.
    public func worstCaseDollars(input: Int, output: Int) -> Double {
        let rates = rates(forInput: input)
        return (Double(input) * max(rates.input, rates.cacheWrite) + Double(output) * rates.output) / 1_000_000
    }

    private func rates(forInput tokens: Int) -> Rates {
        guard let longContext, tokens > longContext.aboveInputTokens else { return rates }
        return longContext.rates
    }

    enum CodingKeys: String, CodingKey {
        case model
        case asOf = "as_of"
        case longContext = "long_context"
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        model = try container.decode(String.self, forKey: .model)
        asOf = try container.decode(String.self, forKey: .asOf)
        guard asOf.wholeMatch(of: /\d{4}-\d{2}-\d{2}/) != nil else {
            throw DecodingError.dataCorruptedError(
                forKey: .asOf,
                in: container,
                debugDescription: "write the day as 2026-10-24"
            )
        }
        rates = try Rates(from: decoder)
        longContext = try container.decodeIfPresent(LongContext.self, forKey: .longContext)
    }

    public func encode(to encoder: any Encoder) throws {
        try rates.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(model, forKey: .model)
        try container.encode(asOf, forKey: .asOf)
        try container.encodeIfPresent(longContext, forKey: .longContext)
    }
}

extension KeyedDecodingContainer {
    fileprivate func price(_ key: Key) throws -> Double { try checked(decode(Double.self, forKey: key), key) }

    fileprivate func optionalPrice(_ key: Key) throws -> Double? {
        try decodeIfPresent(Double.self, forKey: key).map { try checked($0, key) }
    }

    private func checked(_ price: Double, _ key: Key) throws -> Double {
        guard price >= 0, price.isFinite else {
            throw DecodingError.dataCorruptedError(
                forKey: key,
                in: self,
                debugDescription: "a price in US dollars for a million tokens is 0 or more"
            )
        }
        return price
    }
}
