import ArgumentParser
import OneShotRecorder

/// What one session may use.
struct LimitOptions: ParsableArguments {
    @Option(help: "Refuse calls of the model after so many fresh tokens (uncached input, and output).")
    var tokenLimit: Int?

    @Option(help: "The same for input tokens, cached ones included.")
    var inputTokenLimit: Int?

    @Option(help: "The same for output tokens.")
    var outputTokenLimit: Int?

    @Option(help: "The same for input and output tokens, cached ones included.")
    var totalTokenLimit: Int?

    @Option(help: "Refuse calls of the model after so many.")
    var requestLimit: Int?

    @Option(help: "Refuse calls of the model so many seconds after the first.")
    var timeLimit: Double?

    @Option(help: "Refuse calls of the model after so many US dollars, by 'oneshot prices'.")
    var costLimit: Double?

    func validate() throws {
        let numbers: [(String, Double?)] = [
            ("--token-limit", tokenLimit.map(Double.init)), ("--input-token-limit", inputTokenLimit.map(Double.init)),
            ("--output-token-limit", outputTokenLimit.map(Double.init)),
            ("--total-token-limit", totalTokenLimit.map(Double.init)),
            ("--request-limit", requestLimit.map(Double.init)),
            ("--time-limit", timeLimit), ("--cost-limit", costLimit),
        ]
        for case (let name, let number?) in numbers where !(number >= 0 && number.isFinite) {
            throw ValidationError("\(name) is a number, 0 or more")
        }
    }

    /// Nil when nothing is limited.
    var budget: Budget? {
        let budget = Budget(
            tokens: tokenLimit,
            inputTokens: inputTokenLimit,
            outputTokens: outputTokenLimit,
            totalTokens: totalTokenLimit,
            requests: requestLimit,
            seconds: timeLimit,
            dollars: costLimit
        )
        return budget.isUnlimited ? nil : budget
    }
}
