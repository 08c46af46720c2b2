public import OneShotCore

/// What a session has used since the recorder started, and what stopped it.
public struct SessionReport: Codable, Sendable, Equatable {
    public var sessionID: String
    /// What holds for the session; nil when nothing is limited.
    public var budget: Budget?
    public var usage: Usage
    /// Calls of the model that went upstream.
    public var requests: Int
    /// Those whose answer did not say what was used: their tokens are an estimate.
    public var estimatedRequests: Int
    /// Since the first call.
    public var seconds: Double
    /// US dollars, of the calls of models that have a price.
    public var dollars: Double
    /// Models that were called and have no price.
    public var unpricedModels: [String]
    /// The first refusal.
    public var stop: BudgetStop?

    enum CodingKeys: String, CodingKey {
        case sessionID = "session_id"
        case budget, usage, requests
        case estimatedRequests = "estimated_requests"
        case seconds, dollars
        case unpricedModels = "unpriced_models"
        case stop
    }

    /// One line for a person, such as `3 requests, 2700 input tokens (900 cached), 300 output tokens, $0.01`.
    public var text: String {
        let cached = usage.cachedInputTokens > 0 ? " (\(usage.cachedInputTokens) cached)" : ""
        var parts = [
            "\(requests) request\(requests == 1 ? "" : "s")", "\(usage.inputTokens) input tokens\(cached)",
            "\(usage.outputTokens) output tokens",
        ]
        if dollars > 0 || unpricedModels.isEmpty { parts.append("$\(Dollars.text(dollars))") }
        if !unpricedModels.isEmpty { parts.append("no price known for \(unpricedModels.joined(separator: ", "))") }
        if estimatedRequests > 0 { parts.append("\(estimatedRequests) of them estimated") }
        return parts.joined(separator: ", ")
    }
}
