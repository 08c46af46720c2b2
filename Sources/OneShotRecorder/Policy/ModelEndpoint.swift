import OneShotCore

/// What a request asks of a model API, where a policy has to know.
enum ModelEndpoint: Equatable {
    /// A body that the policy is applied to.
    case call(ServerToolPolicy.API)
    /// Text in, numbers out, or nothing that leads anywhere: lists of models, whether somebody is there.
    case harmless

    /// - Returns: nil for everything else: files, containers, threads, batches, whatever comes next.
    init?(method: String, target: String) {
        let path = target.prefix { $0 != "?" }
        switch method {
        case "POST":
            if let api = Self.calls.first(where: { path.hasSuffix($0.0) })?.1 {
                self = .call(api)
            } else if Self.plain.contains(where: path.hasSuffix) {
                self = .harmless
            } else {
                return nil
            }
        case "GET", "HEAD":
            let isList = path.hasSuffix("/models") || path.contains("/models/") || path.hasSuffix("/api/hello")
            guard isList, !path.contains("..") else { return nil }
            self = .harmless
        default: return nil
        }
    }

    private static let calls: [(String, ServerToolPolicy.API)] = [
        ("/responses", .responses), ("/responses/compact", .responses), ("/responses/input_tokens", .responses),
        ("/chat/completions", .chat), ("/messages", .messages), ("/messages/count_tokens", .messages),
        (":generateContent", .gemini), (":streamGenerateContent", .gemini), (":countTokens", .gemini),
    ]
    private static let plain = ["/completions", "/embeddings"]
}

extension ServerToolPolicy.Outcome {
    /// As a fact about the exchange.
    var fact: JSON { .array(stripped.sorted().map { .string($0.rawValue) }) }
}
