import OneShotCore

/// How much one session may use. Calls of the model that come after a limit is passed are refused; the call that
/// passes it is let through to its end.
public struct Budget: Sendable, Equatable, Codable {
    /// Fresh tokens (`Usage.freshTokens`), as the provider counts them in its own answers.
    public var tokens: Int?
    /// Calls of the model. A warm-up request that generates nothing does not count.
    public var requests: Int?
    /// Seconds since the first call of the session.
    public var seconds: Double?

    public init(tokens: Int? = nil, requests: Int? = nil, seconds: Double? = nil) {
        self.tokens = tokens
        self.requests = requests
        self.seconds = seconds
    }

    enum CodingKeys: String, CodingKey {
        case tokens
        case requests
        case seconds
    }
}

/// Which limit of a ``Budget`` a session has passed.
public struct BudgetStop: Sendable, Equatable, Codable {
    public enum Limit: String, Sendable, Codable {
        case tokens
        case requests
        case time
    }

    public var limit: Limit
    /// The limit itself, in tokens, calls or seconds.
    public var allowed: Double
    /// What was used when the next call came.
    public var used: Double

    /// The `code` of the error that the client gets.
    public var code: String {
        switch limit {
        case .tokens: "token_budget_exhausted"
        case .requests: "request_budget_exhausted"
        case .time: "time_budget_exhausted"
        }
    }

    /// One line for a person and for the agent.
    public var message: String {
        switch limit {
        case .tokens: "token budget exhausted: \(Int(used)) of \(Int(allowed)) tokens used"
        case .requests: "request budget exhausted: \(Int(used)) of \(Int(allowed)) requests used"
        case .time: "time budget exhausted: \(Int(used)) of \(Int(allowed)) seconds used"
        }
    }

    /// The JSON object under `error` in the refusal, in the form of the OpenAI API's errors.
    var errorObject: JSON {
        ["message": .string(message), "type": "invalid_request_error", "code": .string(code)]
    }
}
