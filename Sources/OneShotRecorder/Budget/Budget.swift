/// How much one session may use. A call of the model that comes after a limit is passed is refused, and so is one that
/// states a maximum for its answer with which it might pass a limit; the call that passes a limit without having said
/// so is let through to its end.
///
/// Tokens are those that the provider reports in its answers.
public struct Budget: Sendable, Equatable, Codable {
    /// Fresh tokens (`Usage.freshTokens`).
    public var tokens: Int?
    /// Input tokens, cached ones included.
    public var inputTokens: Int?
    public var outputTokens: Int?
    /// Input and output tokens, cached ones included.
    public var totalTokens: Int?
    /// Calls of the model. A warm-up request that generates nothing does not count.
    public var requests: Int?
    /// Seconds since the first call of the session.
    public var seconds: Double?
    /// US dollars, by the recorder's price table. A call of a model that has no price is refused.
    public var dollars: Double?

    public init(
        tokens: Int? = nil,
        inputTokens: Int? = nil,
        outputTokens: Int? = nil,
        totalTokens: Int? = nil,
        requests: Int? = nil,
        seconds: Double? = nil,
        dollars: Double? = nil
    ) {
        self.tokens = tokens
        self.inputTokens = inputTokens
        self.outputTokens = outputTokens
        self.totalTokens = totalTokens
        self.requests = requests
        self.seconds = seconds
        self.dollars = dollars
    }

    enum CodingKeys: String, CodingKey {
        case tokens
        case inputTokens = "input_tokens"
        case outputTokens = "output_tokens"
        case totalTokens = "total_tokens"
        case requests
        case seconds
        case dollars
    }

    /// No limit at all.
    public var isUnlimited: Bool { self == Budget() }

    /// Both: of each limit the smaller one.
    func stricter(_ other: Budget) -> Budget {
        func least<Value: Comparable>(_ key: KeyPath<Budget, Value?>) -> Value? {
            [self[keyPath: key], other[keyPath: key]].compactMap { $0 }.min()
        }
        return Budget(
            tokens: least(\.tokens),
            inputTokens: least(\.inputTokens),
            outputTokens: least(\.outputTokens),
            totalTokens: least(\.totalTokens),
            requests: least(\.requests),
            seconds: least(\.seconds),
            dollars: least(\.dollars)
        )
    }

    /// Whether a request has to be read before it is known if it may go on.
    var readsRequests: Bool {
        tokens != nil || inputTokens != nil || outputTokens != nil || totalTokens != nil || dollars != nil
    }
}
