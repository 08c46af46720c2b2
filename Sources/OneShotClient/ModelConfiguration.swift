public import Foundation

/// Which model answers questions of ours, where it is, and with which key.
public struct ModelConfiguration: Sendable, Equatable {
    /// An OpenAI-compatible API; `/responses` is added to it.
    public var baseURL: URL
    public var model: String
    /// Never printed, and sent to ``baseURL`` alone.
    public var key: String
    /// For one call.
    public var timeout: Duration

    public init(baseURL: URL, model: String, key: String, timeout: Duration = .seconds(180)) {
        self.baseURL = baseURL
        self.model = model
        self.key = key
        self.timeout = timeout
    }

    /// The names of the variables that ``init(environment:)`` reads.
    public static let variables = ["OPENAI_API_KEY", "ONESHOT_JUDGE_MODEL", "ONESHOT_JUDGE_BASE_URL"]

    /// From the ``variables``; nil without a key.
    public init?(environment: [String: String]) {
        guard let key = environment["OPENAI_API_KEY"], !key.isEmpty,
            let url = URL(string: environment["ONESHOT_JUDGE_BASE_URL"] ?? Self.standardBaseURL)
        else { return nil }
        self.init(baseURL: url, model: environment["ONESHOT_JUDGE_MODEL"] ?? Self.standardModel, key: key)
    }

    public static let standardBaseURL = "https://api.openai.com/v1"
    public static let standardModel = "gpt-5.5"
}
