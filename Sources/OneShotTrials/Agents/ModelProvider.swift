/// A model API that an agent may talk to through its trial's recorder, which puts in the key.
public struct ModelProvider: Sendable, Equatable, Hashable {
    public var host: String
    /// Where the host's environment has the key. In the sandbox it holds a placeholder.
    public var keyVariable: String

    public init(host: String, keyVariable: String) {
        self.host = host
        self.keyVariable = keyVariable
    }

    public static let openAI = ModelProvider(host: "api.openai.com", keyVariable: "OPENAI_API_KEY")
    public static let anthropic = ModelProvider(host: "api.anthropic.com", keyVariable: "ANTHROPIC_API_KEY")

    /// By the name that stands before the slash in LiteLLM's names of models.
    static let byPrefix: [String: ModelProvider] = [
        "openai": .openAI,
        "anthropic": .anthropic,
        "gemini": .init(host: "generativelanguage.googleapis.com", keyVariable: "GEMINI_API_KEY"),
        "openrouter": .init(host: "openrouter.ai", keyVariable: "OPENROUTER_API_KEY"),
        "deepseek": .init(host: "api.deepseek.com", keyVariable: "DEEPSEEK_API_KEY"),
        "groq": .init(host: "api.groq.com", keyVariable: "GROQ_API_KEY"),
        "mistral": .init(host: "api.mistral.ai", keyVariable: "MISTRAL_API_KEY"),
        "xai": .init(host: "api.x.ai", keyVariable: "XAI_API_KEY"),
    ]

    /// All variables whose values are keys, to be kept out of every file.
    static let keyVariables = Set(byPrefix.values.map(\.keyVariable)).union(["CODEX_API_KEY"])

    /// Whom a model of this name is asked from, as agents that use LiteLLM read it: `anthropic/claude-…`, or a name
    /// that OpenAI or Anthropic gives.
    ///
    /// - Returns: nil for a prefix that is not known here.
    static func serving(_ model: String) -> ModelProvider? {
        if let slash = model.firstIndex(of: "/") { return byPrefix[String(model[..<slash])] }
        return model.hasPrefix("claude") ? .anthropic : .openAI
    }
}
