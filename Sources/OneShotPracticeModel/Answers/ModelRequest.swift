import OneShotCore

/// A request of the Responses API, as far as the practice model needs it: an HTTP body, or a `response.create` frame.
struct ModelRequest: Sendable {
    var model: String
    var stream: Bool
    var input: [JSON]
    /// What the request offers, in the body's `tools` and in the input's `additional_tools` items.
    var tools: [JSON]
    var previousResponseID: String?
    /// What tells this conversation from all others; nil for a client that says nothing of the kind.
    var threadKey: String?
    /// The same for every attempt at the same call, where the client says it.
    var turnID: String?
    /// A call that only fills the provider's caches (`generate: false`).
    var isPrewarm: Bool
    var isCompaction: Bool
    /// The schema that the answer's text must fit.
    var schema: JSON?
    /// Bytes of JSON.
    var inputBytes: Int
    var toolBytes: Int

    init(_ body: JSON, headers: [String: String]) {
        let metadata = body["client_metadata"]
        let turnText = metadata?["x-codex-turn-metadata"]?.string ?? headers["x-codex-turn-metadata"]
        let turn = turnText.flatMap { try? JSON(parsing: $0) }
        model = body["model"]?.string ?? "practice"
        stream = body["stream"]?.bool ?? false
        if let text = body["input"]?.string {
            input = [["type": "message", "role": "user", "content": .string(text)]]
        } else {
            input = body["input"]?.elements ?? []
        }
        let additional = input.filter {
            $0["type"]?.string == "additional_tools" || $0["type"]?.string == "tool_search_output"
        }
        tools = (body["tools"]?.elements ?? []) + additional.flatMap { $0["tools"]?.elements ?? [] }
        previousResponseID = body["previous_response_id"]?.string
        threadKey = metadata?["thread_id"]?.string ?? headers["thread-id"] ?? body["prompt_cache_key"]?.string
        turnID = metadata?["turn_id"]?.string ?? turn?["turn_id"]?.string
        isPrewarm = body["generate"]?.bool == false
        isCompaction =
            turn?["request_kind"]?.string == "compaction" || input.last?["type"]?.string == "compaction_trigger"
        if body["text"]?["format"]?["type"]?.string == "json_schema" { schema = body["text"]?["format"]?["schema"] }
        inputBytes = input.reduce(0) { $0 + $1.compactText.utf8.count }
        toolBytes = body["tools"]?.compactText.utf8.count ?? 0
    }

    /// What the user asked first, without what the agent adds around it.
    var firstPrompt: String? {
        let texts = input.filter { $0["role"]?.string == "user" }.map(Self.text(of:))
        let asked = texts.filter { !$0.hasPrefix("<environment_context>") && !$0.hasPrefix("# AGENTS.md") }
        return asked.first ?? texts.first
    }

    /// How many answers of a model the input carries, each a run of items that only a model writes.
    var answersInInput: Int {
        var count = 0
        var inAnswer = false
        for item in input {
            let isAnswer = Self.isModelMade(item)
            if isAnswer, !inAnswer { count += 1 }
            inAnswer = isAnswer
        }
        return count
    }

    private static func isModelMade(_ item: JSON) -> Bool {
        switch item["type"]?.string {
        case "reasoning", "function_call", "custom_tool_call", "local_shell_call", "tool_search_call": true
        case "message", nil: item["role"]?.string == "assistant"
        default: false
        }
    }

    private static func text(of item: JSON) -> String {
        if let text = item["content"]?.string { return text }
        return (item["content"]?.elements ?? []).compactMap { $0["text"]?.string }.joined(separator: "\n")
    }
}
