import OneShotCore

/// Why a call was refused: which limit of a ``Budget`` its session has passed, or would have passed with it.
public struct BudgetStop: Error, Equatable, Codable, CustomStringConvertible {
    public enum Limit: String, Sendable, Codable {
        case tokens
        case inputTokens = "input_tokens"
        case outputTokens = "output_tokens"
        case totalTokens = "total_tokens"
        case requests
        case time
        case dollars
        /// Dollars are limited and the model has no price.
        case price
    }

    public var limit: Limit
    /// The limit itself, in tokens, calls, seconds or US dollars.
    public var allowed: Double
    /// What was used when the call came.
    public var used: Double
    /// What the call might have used, and calls in flight with it; nil when the limit had been passed before.
    public var worstCase: Double?
    /// The model, where it matters.
    public var model: String?

    init(limit: Limit, allowed: Double, used: Double, worstCase: Double? = nil, model: String? = nil) {
        self.limit = limit
        self.allowed = allowed
        self.used = used
        self.worstCase = worstCase
        self.model = model
    }

    enum CodingKeys: String, CodingKey {
        case limit, allowed, used
        case worstCase = "worst_case"
        case model
    }

    /// The `code` of the error that the client gets.
    public var code: String {
        switch limit {
        case .tokens: "token_budget_exhausted"
        case .inputTokens: "input_token_budget_exhausted"
        case .outputTokens: "output_token_budget_exhausted"
        case .totalTokens: "total_token_budget_exhausted"
        case .requests: "request_budget_exhausted"
        case .time: "time_budget_exhausted"
        case .dollars: "cost_budget_exhausted"
        case .price: "price_unknown"
        }
    }

    /// One line for a person and for the agent.
    public var message: String {
        switch limit {
        case .tokens: exhausted("token", "tokens")
        case .inputTokens: exhausted("input token", "input tokens")
        case .outputTokens: exhausted("output token", "output tokens")
        case .totalTokens: exhausted("total token", "tokens")
        case .requests: exhausted("request", "requests")
        case .time: exhausted("time", "seconds")
        case .dollars: exhausted("cost", "US dollars")
        case .price:
            "cost budget cannot be kept: \(model.map { "no price is known for \($0)" } ?? "the request names no model"); "
                + "add it to ~/.oneshot/prices.json, or limit tokens instead"
        }
    }

    public var description: String { message }

    private func exhausted(_ name: String, _ unit: String) -> String {
        let text = "\(name) budget exhausted: \(amount(used)) of \(amount(allowed)) \(unit) used"
        return worstCase.map { "\(text), and this call might use \(amount($0)) more" } ?? text
    }

    private func amount(_ value: Double) -> String {
        limit == .dollars ? Dollars.text(value) : "\(Int(value))"
    }

    /// The JSON object under `error` in the refusal, in the form of the OpenAI API's errors.
    var errorObject: JSON {
        ["message": .string(message), "type": "invalid_request_error", "code": .string(code)]
    }
}

/// Amounts of money for a person.
public enum Dollars {
    /// With as many digits as it takes to see small amounts, such as `1.25` or `0.0042`.
    public static func text(_ value: Double) -> String {
        guard abs(value) < 1e12 else { return "\(value)" }
        let cents = (value * 10_000).rounded() / 10_000
        let digits = "\(Int((abs(cents) * 10_000).rounded()) % 10_000)"
        var fraction = String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        while fraction.count > 2, fraction.hasSuffix("0") { fraction.removeLast() }
        return "\(cents < 0 ? "-" : "")\(Int(abs(cents))).\(fraction)"
    }
}
