import OneShotCore

/// The variables that an agent finds in its sandbox.
enum AgentEnvironment {
    /// Looks like a key, opens nothing.
    static let placeholderKey = "oneshot-placeholder"

    static let basic = ["ONESHOT_INSTRUCTIONS": "\(InsidePath.task)/LM_INSTRUCTIONS.md"]

    /// For an agent that may talk to a model: the way out, whom to trust on it, and a placeholder for each key.
    static func forModel(run: RunID, providers: [ModelProvider]) -> [String: String] {
        way(run: run).merging(providers.map { ($0.keyVariable, placeholderKey) }) { $1 }
    }

    /// The way through the recorder. `ca.pem` and `ca-bundle.pem` are in the agent's directory.
    static func way(run: RunID) -> [String: String] {
        let proxy = "http://\(run):oneshot@127.0.0.1:\(InsidePath.proxyPort)"
        let authority = "\(InsidePath.agent)/ca.pem"
        let bundle = "\(InsidePath.agent)/ca-bundle.pem"
        return [
            "HTTPS_PROXY": proxy, "HTTP_PROXY": proxy, "https_proxy": proxy, "http_proxy": proxy,
            "NO_PROXY": "127.0.0.1,localhost", "no_proxy": "127.0.0.1,localhost",
            "NODE_EXTRA_CA_CERTS": authority, "SSL_CERT_FILE": bundle, "REQUESTS_CA_BUNDLE": bundle,
            "CURL_CA_BUNDLE": bundle, "GIT_SSL_CAINFO": bundle,
        ]
    }
}
