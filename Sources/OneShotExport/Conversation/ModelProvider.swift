import OneShotCore

/// Who answered a call, by OpenTelemetry's names for them.
enum ModelProvider {
    /// How the names of a provider's models begin.
    private static let prefixes = [
        ("claude", "anthropic"), ("gemini", "gcp.gemini"), ("gpt", "openai"), ("codex", "openai"), ("o1", "openai"),
        ("o3", "openai"), ("o4", "openai"), ("deepseek", "deepseek"), ("grok", "x_ai"), ("mistral", "mistral_ai"),
        ("devstral", "mistral_ai"), ("kimi", "moonshot_ai"), ("command", "cohere"),
    ]
    /// A count that only one provider's usage has.
    private static let counts = [
        ("cache_read_input_tokens", "anthropic"), ("cache_creation_input_tokens", "anthropic"),
        ("promptTokenCount", "gcp.gemini"),
    ]

    /// - Returns: nil where neither the model's name nor the usage tells.
    static func name(of turn: Turn?) -> String? {
        guard let turn else { return nil }
        let model = turn.model?.lowercased().split(separator: "/").last.map(String.init) ?? ""
        return prefixes.first { model.hasPrefix($0.0) }?.1
            ?? counts.first { turn.providerUsage?[$0.0] != nil }?.1
    }
}
