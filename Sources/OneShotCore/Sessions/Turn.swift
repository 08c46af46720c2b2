/// One model call: what was newly sent, what came back, which tools were called, how many tokens it took.
public struct Turn: Codable, Sendable, Equatable {
    /// How the model's answer ended.
    public enum State: String, Codable, Sendable {
        /// The call is still going on.
        case inFlight = "in_flight"
        case complete
        /// The provider stopped early and said so, for example at its output limit.
        case incomplete
        /// The provider answered with an error.
        case failed
        /// The stream was cut before its terminal event.
        case truncated
        /// OneShot refused the call: a budget was used up.
        case refused
    }

    /// Counted from 1 within the session.
    public var index: Int
    /// The rows of `traces` that this turn was read from.
    public var exchangeIDs: [Int64]
    /// RFC 3339.
    public var startedAt: String
    /// Milliseconds from the request to the first byte of the answer.
    public var firstByteMs: Int?
    /// Milliseconds from the request to the last byte of the answer.
    public var durationMs: Int?
    public var model: String?
    /// The agent's id for the conversation; differs from the session's for a subagent.
    public var threadID: String?
    public var state: State
    /// Only what this call sent that no earlier call of the session had sent.
    public var input: [InputItem]
    /// Summaries or text of the model's reasoning, where the provider shows them.
    public var reasoning: [String]
    /// The text of the answer.
    public var output: String
    public var toolCalls: [ToolCall]
    public var usage: Usage?
    /// The numbers as the provider gave them, by their paths in its object, such as `input_tokens_details.cached_tokens`.
    public var providerUsage: [String: Int]?
    /// What does not add up in them, a sentence each; nil where nothing is wrong.
    public var usageProblems: [String]?
    /// The provider's error message, for a turn that failed.
    public var error: String?

    public init(
        index: Int,
        exchangeIDs: [Int64],
        startedAt: String,
        firstByteMs: Int? = nil,
        durationMs: Int? = nil,
        model: String? = nil,
        threadID: String? = nil,
        state: State,
        input: [InputItem] = [],
        reasoning: [String] = [],
        output: String = "",
        toolCalls: [ToolCall] = [],
        usage: Usage? = nil,
        providerUsage: [String: Int]? = nil,
        usageProblems: [String]? = nil,
        error: String? = nil
    ) {
        self.index = index
        self.exchangeIDs = exchangeIDs
        self.startedAt = startedAt
        self.firstByteMs = firstByteMs
        self.durationMs = durationMs
        self.model = model
        self.threadID = threadID
        self.state = state
        self.input = input
        self.reasoning = reasoning
        self.output = output
        self.toolCalls = toolCalls
        self.usage = usage
        self.providerUsage = providerUsage
        self.usageProblems = usageProblems
        self.error = error
    }

    enum CodingKeys: String, CodingKey {
        case index, model, state, input, reasoning, output, usage, error
        case exchangeIDs = "exchange_ids"
        case startedAt = "started_at"
        case firstByteMs = "first_byte_ms"
        case durationMs = "duration_ms"
        case threadID = "thread_id"
        case toolCalls = "tool_calls"
        case providerUsage = "provider_usage"
        case usageProblems = "usage_problems"
    }
}

/// A piece of the prompt that is new in its turn.
public struct InputItem: Codable, Sendable, Equatable {
    /// `message`, `tool_result`, or the provider's own type for anything else.
    public var kind: String
    /// `user`, `developer`, `system`, `tool` or `assistant`.
    public var role: String?
    public var text: String
    /// The tool call that a `tool_result` answers.
    public var callID: String?

    public init(kind: String, role: String? = nil, text: String, callID: String? = nil) {
        self.kind = kind
        self.role = role
        self.text = text
        self.callID = callID
    }

    enum CodingKeys: String, CodingKey {
        case kind, role, text
        case callID = "call_id"
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

    public init(callID: String, name: String, arguments: String, result: String? = nil) {
        self.callID = callID
        self.name = name
        self.arguments = arguments
        self.result = result
    }

    enum CodingKeys: String, CodingKey {
        case name, arguments, result
        case callID = "call_id"
    }
}
