public import OneShotCore

/// The ways in which models are asked for JSON of a schema.
public enum ModelAPI: String, Sendable, Codable, CaseIterable {
    /// OpenAI's Responses: https://platform.openai.com/docs/api-reference/responses
    case responses
    /// OpenAI's Chat Completions, which most other servers speak: https://platform.openai.com/docs/api-reference/chat
    case chat
    /// Anthropic's Messages: https://docs.anthropic.com/en/api/messages
    case messages

    /// Added to the base URL.
    var path: String {
        switch self {
        case .responses: "responses"
        case .chat: "chat/completions"
        case .messages: "messages"
        }
    }

    var standardBaseURL: String {
        switch self {
        case .responses, .chat: "https://api.openai.com/v1"
        case .messages: "https://api.anthropic.com/v1"
        }
    }

    /// The variable that the key is in where nobody names another.
    public var keyVariable: String {
        switch self {
        case .responses, .chat: "OPENAI_API_KEY"
        case .messages: "ANTHROPIC_API_KEY"
        }
    }

    var standardModel: String {
        switch self {
        case .responses, .chat: "gpt-5.5"
        case .messages: "claude-sonnet-5"
        }
    }

    func headers(key: String) -> [(String, String)] {
        switch self {
        case .responses, .chat: key.isEmpty ? [] : [("authorization", "Bearer \(key)")]
        case .messages: (key.isEmpty ? [] : [("x-api-key", key)]) + [("anthropic-version", "2023-06-01")]
        }
    }

    /// More than a verdict needs, with room for the reasoning before it.
    private static let mostTokens = 16_384

    /// The body of a request.
    public func body(_ question: ModelQuestion, model: String) -> JSON {
        switch self {
        case .responses: question.body(model: model)
        case .chat:
            [
                "model": .string(model),
                "messages": [
                    ["role": "system", "content": .string(question.instructions)],
                    ["role": "user", "content": .string(question.input)],
                ],
                "response_format": [
                    "type": "json_schema",
                    "json_schema": ["name": .string(question.name), "strict": true, "schema": question.schema],
                ],
            ]
        case .messages:
            // One tool that has to be called: its input is the answer, on every model that knows tools.
            [
                "model": .string(model),
                "max_tokens": JSON(Self.mostTokens),
                "system": .string(question.instructions),
                "messages": [["role": "user", "content": .string(question.input)]],
                "tools": [
                    [
                        "name": .string(question.name), "description": "Gives the answer.",
                        "input_schema": question.schema,
                    ]
                ],
                "tool_choice": ["type": "tool", "name": .string(question.name)],
            ]
        }
    }
}
