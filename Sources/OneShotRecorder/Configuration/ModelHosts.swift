/// The hosts of model APIs whose TLS is read by default, in the forms of ``Interception``. `docs/recorder.md` shows
/// the same list to people.
enum ModelHosts {
    static let all: [String] = remote + local

    static let remote: [String] = [
        // OpenAI (regions are subdomains), Codex with a ChatGPT account, Azure.
        "api.openai.com", ".api.openai.com", "chatgpt.com", "ab.chatgpt.com",
        ".openai.azure.com", ".cognitiveservices.azure.com", ".services.ai.azure.com", ".models.ai.azure.com",
        "models.inference.ai.azure.com",
        // Anthropic, and its models on Amazon's cloud.
        "api.anthropic.com", "bedrock-runtime.*.amazonaws.com",
        // Google: AI Studio, Vertex (regions are `REGION-aiplatform`), the Gemini CLI with an account.
        "generativelanguage.googleapis.com", "aiplatform.googleapis.com", "*-aiplatform.googleapis.com",
        "cloudcode-pa.googleapis.com",
        // The others that coding agents know.
        "openrouter.ai", "api.groq.com", "api.mistral.ai", "codestral.mistral.ai", "api.deepseek.com",
        "api.x.ai", "*.api.x.ai", "api.together.xyz", "api.together.ai", "api.fireworks.ai", "api.cerebras.ai",
        "api.cohere.com", "api.cohere.ai", "api.perplexity.ai", "api.moonshot.ai", "api.moonshot.cn", "api.z.ai",
        "open.bigmodel.cn", "api.minimax.io", "dashscope.aliyuncs.com", "dashscope-intl.aliyuncs.com",
        "api.sambanova.ai", "integrate.api.nvidia.com", "models.github.ai", "api.githubcopilot.com",
        "api.*.githubcopilot.com", "router.huggingface.co", "api.deepinfra.com", "ai-gateway.vercel.sh",
        "gateway.ai.cloudflare.com", "ollama.com",
    ]

    /// Where model servers listen on this machine when nobody tells them otherwise.
    static let local: [String] = localPorts.flatMap { port in
        ["localhost", "127.0.0.1", "[::1]"].map { "\($0):\(port)" }
    }

    private static let localPorts = [
        11434,  // Ollama
        8000,  // vLLM
        8080,  // llama.cpp
        1234,  // LM Studio
        4000,  // LiteLLM
        30000,  // SGLang
    ]
}
