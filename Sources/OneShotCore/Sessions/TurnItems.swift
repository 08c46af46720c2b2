/// A piece of a prompt, or of an answer as a client gives it back.
public struct InputItem: Codable, Sendable, Equatable {
    /// `message`, `tool_call`, `tool_result`, or the provider's own word for anything else.
    public var kind: String
    /// `user`, `developer`, `system`, `tool` or `assistant`.
    public var role: String?
    /// Of a `tool_call`: the name, a blank, the arguments.
    public var text: String
    /// The id of a `tool_call`, and in a `tool_result` that of the call which it answers.
    public var callID: String?
    /// The client says that the tool failed; nil where it does not say so.
    public var isError: Bool?

    public init(kind: String, role: String? = nil, text: String, callID: String? = nil, isError: Bool? = nil) {
        self.kind = kind
        self.role = role
        self.text = text
        self.callID = callID
        self.isError = isError
    }

    enum CodingKeys: String, CodingKey {
        case kind, role, text
        case callID = "call_id"
        case isError = "is_error"
    }
}

/// A tool that the model asked for, with the result that the agent later sent back.
public struct ToolCall: Codable, Sendable, Equatable {
    public var callID: String
    /// With the namespace before it where the provider gives one: `mcp__oneshot.repo_start_task_v1`.
    public var name: String
    /// As the model wrote them: JSON for a function, free text for a custom tool.
    public var arguments: String
    /// Nil until a later turn has sent it.
    public var result: String?
    /// The client says that the tool failed; nil where it does not say so.
    public var isError: Bool?

    public init(callID: String, name: String, arguments: String, result: String? = nil, isError: Bool? = nil) {
        self.callID = callID
        self.name = name
        self.arguments = arguments
        self.result = result
        self.isError = isError
    }

    enum CodingKeys: String, CodingKey {
        case name, arguments, result
        case callID = "call_id"
        case isError = "is_error"
    }
}

extension ToolCall {
    /// The call as a client gives it back in a later prompt.
    public var item: InputItem {
        InputItem(kind: "tool_call", role: "assistant", text: "\(name) \(arguments)", callID: callID)
    }
}

extension Turn {
    /// The answer as a client gives it back in a later prompt, without the reasoning.
    public var answerItems: [InputItem] { answer ?? Self.answerItems(output: output, toolCalls: toolCalls) }

    /// What most answers consist of: one text, then the calls of tools.
    public static func answerItems(output: String, toolCalls: [ToolCall]) -> [InputItem] {
        let said = output.isEmpty ? [] : [InputItem(kind: "message", role: "assistant", text: output)]
        return said + toolCalls.map(\.item)
    }
}
