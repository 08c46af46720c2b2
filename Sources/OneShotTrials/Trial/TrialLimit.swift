import OneShotRecorder

/// The limit that stopped an agent.
public enum TrialLimit: String, Codable, Sendable, CaseIterable {
    case time
    case tokens
    case inputTokens = "input_tokens"
    case outputTokens = "output_tokens"
    case totalTokens = "total_tokens"
    case requests
    case dollars
    /// What the sandbox may write.
    case disk

    /// As in "stopped at the … limit".
    public var word: String {
        switch self {
        case .time, .disk: rawValue
        case .tokens, .inputTokens, .outputTokens, .totalTokens: "token"
        case .requests: "request"
        case .dollars: "cost"
        }
    }

    /// - Returns: nil for a refusal that no use of the model led to: that of a model without a price.
    init?(_ limit: BudgetStop.Limit) {
        switch limit {
        case .tokens: self = .tokens
        case .inputTokens: self = .inputTokens
        case .outputTokens: self = .outputTokens
        case .totalTokens: self = .totalTokens
        case .requests: self = .requests
        case .time: self = .time
        case .dollars: self = .dollars
        case .price: return nil
        }
    }
}
