public import Foundation
import OneShotClient

/// Where the judge model is and how often it is asked.
public struct JudgeConfiguration: Sendable, Equatable {
    /// An OpenAI-compatible API; `/responses` is added to it.
    public var baseURL: URL
    public var model: String
    public var key: String
    /// Votes for each criterion.
    public var votes: Int
    /// For one call.
    public var timeout: Duration
    /// How much of a diff the judge is shown; files beyond are cut and marked.
    public var diffBytes: Int

    public init(
        baseURL: URL,
        model: String,
        key: String,
        votes: Int = 3,
        timeout: Duration = .seconds(180),
        diffBytes: Int = 240_000
    ) {
        self.baseURL = baseURL
        self.model = model
        self.key = key
        self.votes = votes
        self.timeout = timeout
        self.diffBytes = diffBytes
    }

    /// From `OPENAI_API_KEY`, `ONESHOT_JUDGE_MODEL` and `ONESHOT_JUDGE_BASE_URL`; nil without a key.
    public init?(environment: [String: String]) {
        guard let client = ModelConfiguration(environment: environment) else { return nil }
        self.init(baseURL: client.baseURL, model: client.model, key: client.key)
    }

    /// The judge as any model that is asked something.
    var client: ModelConfiguration { .init(baseURL: baseURL, model: model, key: key, timeout: timeout) }
}
