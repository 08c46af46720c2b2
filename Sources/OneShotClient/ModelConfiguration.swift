public import Foundation

/// Which model answers questions of ours, where it is, and with which key.
public struct ModelConfiguration: Sendable, Equatable {
    public var api: ModelAPI
    /// `/responses`, `/chat/completions` or `/messages` is added to it.
    public var baseURL: URL
    public var model: String
    /// Never printed, and sent to ``baseURL`` alone; empty for a server that asks for none.
    public var key: String
    /// For one call.
    public var timeout: Duration

    public init(
        api: ModelAPI = .responses,
        baseURL: URL,
        model: String,
        key: String,
        timeout: Duration = .seconds(180)
    ) {
        self.api = api
        self.baseURL = baseURL
        self.model = model
        self.key = key
        self.timeout = timeout
    }

    /// The names of the variables that ``init(environment:)`` reads.
    public static let variables = [
        "OPENAI_API_KEY", "ANTHROPIC_API_KEY", "ONESHOT_JUDGE_MODEL", "ONESHOT_JUDGE_BASE_URL", "ONESHOT_JUDGE_API",
    ]

    /// From `OPENAI_API_KEY` or else `ANTHROPIC_API_KEY`, `ONESHOT_JUDGE_MODEL`, `ONESHOT_JUDGE_BASE_URL` and
    /// `ONESHOT_JUDGE_API`.
    ///
    /// - Returns: nil without a key.
    /// - Throws: ``ClientError/badModel(_:reason:)``, ``ClientError/badAddress(_:)``.
    public init?(environment: [String: String]) throws(ClientError) {
        let api = try Self.api(in: environment)
        guard let key = Self.text(api.keyVariable, environment) else { return nil }
        self.init(
            api: api,
            baseURL: try Self.address(Self.text("ONESHOT_JUDGE_BASE_URL", environment) ?? api.standardBaseURL),
            model: Self.text("ONESHOT_JUDGE_MODEL", environment) ?? api.standardModel,
            key: key
        )
    }

    /// A model as a person names it: `gpt-5.5`, `claude-opus-5`, or with where and how it is reached, such as
    /// `qwen3,api=chat,url=http://127.0.0.1:8000/v1,key=LOCAL_KEY`, where `key` is the variable that holds it. A key is
    /// sent to an address of one's own only where its variable is named.
    ///
    /// - Throws: ``ClientError/badModel(_:reason:)``, ``ClientError/badAddress(_:)``, ``ClientError/keyMissing(variable:)``.
    public init(named text: String, environment: [String: String]) throws(ClientError) {
        var fields = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        let model = fields.removeFirst()
        guard !model.isEmpty, !model.contains("=") else {
            throw .badModel(text, reason: "begin with the model's name")
        }
        var options: [String: String] = [:]
        for field in fields {
            let parts = field.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2, ["api", "url", "key"].contains(parts[0]), options[parts[0]] == nil else {
                throw .badModel(text, reason: "after the name come api=…, url=… and key=…, each once")
            }
            options[parts[0]] = parts[1]
        }
        let standard = try Self.api(in: environment.merging(["ONESHOT_JUDGE_MODEL": model]) { $1 })
        let api =
            try options["api"].map { (name) throws(ClientError) in try Self.api(named: name, of: text) } ?? standard
        let isOwn = options["url"] != nil
        let shared = api == (try Self.api(in: environment)) ? Self.text("ONESHOT_JUDGE_BASE_URL", environment) : nil
        let variable = options["key"] ?? (isOwn ? nil : api.keyVariable)
        let key = variable.map { environment[$0] ?? "" } ?? ""
        if let variable, key.isEmpty { throw .keyMissing(variable: variable) }
        self.init(
            api: api,
            baseURL: try Self.address(options["url"] ?? shared ?? api.standardBaseURL),
            model: model,
            key: key
        )
    }

    private static func api(named name: String, of text: String) throws(ClientError) -> ModelAPI {
        guard let api = ModelAPI(rawValue: name) else {
            let known = ModelAPI.allCases.map(\.rawValue).joined(separator: ", ")
            throw .badModel(text, reason: "there is no API '\(name)'; these are: \(known)")
        }
        return api
    }

    private static func api(in environment: [String: String]) throws(ClientError) -> ModelAPI {
        if let name = text("ONESHOT_JUDGE_API", environment) {
            return try api(named: name, of: "ONESHOT_JUDGE_API=\(name)")
        }
        if let model = text("ONESHOT_JUDGE_MODEL", environment) {
            return model.hasPrefix("claude") ? .messages : .responses
        }
        func has(_ api: ModelAPI) -> Bool { text(api.keyVariable, environment) != nil }
        return !has(.responses) && has(.messages) ? .messages : .responses
    }

    /// A variable that is empty is as good as none.
    private static func text(_ variable: String, _ environment: [String: String]) -> String? {
        environment[variable].flatMap { $0.isEmpty ? nil : $0 }
    }

    private static func address(_ text: String) throws(ClientError) -> URL {
        guard let url = URL(string: text), url.scheme == "http" || url.scheme == "https", url.host != nil else {
            throw .badAddress(text)
        }
        return url
    }
}
