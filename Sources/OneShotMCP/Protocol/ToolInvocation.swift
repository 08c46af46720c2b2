import OneShotCore

/// What the server says about itself.
struct MCPServerFacts: Sendable {
    var version: String
    /// Clients show it to the model, as the description of the tools' namespace.
    var instructions: String
    var tools: [ToolDescription]
}

/// A tool as clients and models see it.
struct ToolDescription: Sendable, Equatable {
    var name: String
    var title: String
    var description: String
    /// JSON Schema.
    var inputSchema: JSON
    /// It changes nothing.
    var isReadOnly: Bool

    var json: JSON {
        [
            "name": .string(name), "title": .string(title), "description": .string(description),
            "inputSchema": inputSchema,
            "annotations": [
                "title": .string(title), "readOnlyHint": .bool(isReadOnly), "destructiveHint": false,
                "idempotentHint": .bool(isReadOnly), "openWorldHint": false,
            ],
        ]
    }
}

/// A call that a model made.
struct ToolInvocation: Sendable, Equatable {
    /// Ours, to find the request again.
    var ticket: Int
    var name: String
    var arguments: JSON
    /// The agent's own session id (`_meta.sessionId`, as Codex sends it).
    var sessionID: String?
}

/// What a tool has to say. Everything is in the text: a model that is given structured content sees nothing else, and
/// is not told about errors in any other way.
struct ToolResult: Sendable, Equatable {
    var text: String
    var isError: Bool

    static func success(_ text: String) -> ToolResult { ToolResult(text: text, isError: false) }
    static func failure(_ reason: String) -> ToolResult { ToolResult(text: "error: \(reason)", isError: true) }

    var json: JSON {
        ["content": [["type": "text", "text": .string(text)]], "isError": .bool(isError)]
    }
}
