/// The hosts of model APIs whose TLS is read by default. An entry that begins with a dot stands for every host that
/// ends with it.
enum ModelHosts {
    static let all: [String] = [
        "api.openai.com", "chatgpt.com", "ab.chatgpt.com",
        ".openai.azure.com", ".cognitiveservices.azure.com", ".services.ai.azure.com",
        "api.anthropic.com",
        "generativelanguage.googleapis.com", ".aiplatform.googleapis.com", "aiplatform.googleapis.com",
        "openrouter.ai", "api.groq.com", "api.mistral.ai", "codestral.mistral.ai", "api.deepseek.com", "api.x.ai",
        "api.together.xyz", "api.together.ai", "api.fireworks.ai", "api.cerebras.ai", "api.cohere.com",
        "api.perplexity.ai",
        "api.moonshot.ai", "api.z.ai", "api.minimax.io", "dashscope-intl.aliyuncs.com", "api.sambanova.ai",
        "integrate.api.nvidia.com", "models.github.ai", "models.inference.ai.azure.com", "api.githubcopilot.com",
        "router.huggingface.co",
    ]
}
