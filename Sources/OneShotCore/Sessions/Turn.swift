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

    /// What made the agent call the model.
    public enum Kind: String, Codable, Sendable {
        /// A person spoke.
        case user
        /// The agent went on by itself, with the results of tools.
        case continuation
        /// The agent asked for a summary in place of its history.
        case compaction
        /// Anything else: an agent's words to its subagent, a side call such as the one that finds a title.
        case other
    }

    /// Counted from 1 within the session.
    public var index: Int
    /// The rows of `traces` that this turn was read from.
    public var exchangeIDs: [Int64]
    /// Nil only in sessions of version 1.
    public var kind: Kind?
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
    /// Why the model stopped, in the provider's own word, such as `tool_use` or `max_output_tokens`.
    public var stopReason: String?
    /// The provider's id for the answer.
    public var responseID: String?
    /// The answer that the call names as the one that it goes on from; its input is sent without the history then.
    public var previousResponseID: String?
    /// The lane of the WebSocket that the call ran in (`stream_id`), where there are several.
    public var lane: String?
    /// The number of the model's context window, where the agent counts them: it grows with each compaction.
    public var window: Int?
    /// The index of the turn that failed and that this one repeats.
    public var retryOf: Int?
    /// Milliseconds between the end of the thread's previous turn and this one, where a person spoke.
    public var idleMs: Int?
    /// Only what this call sent that no earlier call of its thread had sent.
    public var input: [InputItem]
    /// How the whole prompt is put together; nil where the input is the whole prompt. See ``Session/prompt(ofTurn:)``.
    public var prompt: TurnPrompt?
    /// The tools that the call offered, where they differ from those of the thread's previous turn: the provider's own
    /// definitions, keys sorted.
    public var tools: [JSON]?
    /// Summaries or text of the model's reasoning, where the provider shows them.
    public var reasoning: [String]
    /// The text of the answer.
    public var output: String
    public var toolCalls: [ToolCall]
    /// The answer as the items that the client gives back later, where these are not the output and then the calls.
    public var answer: [InputItem]?
    public var usage: Usage?
    /// The numbers as the provider gave them, by their paths in its object, such as `input_tokens_details.cached_tokens`.
    public var providerUsage: [String: Int]?
    /// What does not add up in them, a sentence each; nil where nothing is wrong.
    public var usageProblems: [String]?
    /// US dollars, by the price table; nil where the model has no price or the provider told no usage.
    public var costUSD: Double?
    /// How many events of each type came that we do not know; nil where there is none.
    public var unknownEvents: [String: Int]?
    /// The provider's error message, for a turn that failed.
    public var error: String?

    public init(
        index: Int,
        exchangeIDs: [Int64],
        kind: Kind? = nil,
        startedAt: String,
        firstByteMs: Int? = nil,
        durationMs: Int? = nil,
        model: String? = nil,
        threadID: String? = nil,
        state: State,
        stopReason: String? = nil,
        responseID: String? = nil,
        previousResponseID: String? = nil,
        lane: String? = nil,
        window: Int? = nil,
        retryOf: Int? = nil,
        idleMs: Int? = nil,
        input: [InputItem] = [],
        prompt: TurnPrompt? = nil,
        tools: [JSON]? = nil,
        reasoning: [String] = [],
        output: String = "",
        toolCalls: [ToolCall] = [],
        answer: [InputItem]? = nil,
        usage: Usage? = nil,
        providerUsage: [String: Int]? = nil,
        usageProblems: [String]? = nil,
        costUSD: Double? = nil,
        unknownEvents: [String: Int]? = nil,
        error: String? = nil
    ) {
        self.index = index
        self.exchangeIDs = exchangeIDs
        self.kind = kind
        self.startedAt = startedAt
        self.firstByteMs = firstByteMs
        self.durationMs = durationMs
        self.model = model
        self.threadID = threadID
        self.state = state
        self.stopReason = stopReason
        self.responseID = responseID
        self.previousResponseID = previousResponseID
        self.lane = lane
        self.window = window
        self.retryOf = retryOf
        self.idleMs = idleMs
        self.input = input
        self.prompt = prompt
        self.tools = tools
        self.reasoning = reasoning
        self.output = output
        self.toolCalls = toolCalls
        self.answer = answer
        self.usage = usage
        self.providerUsage = providerUsage
        self.usageProblems = usageProblems
        self.costUSD = costUSD
        self.unknownEvents = unknownEvents
        self.error = error
    }

    enum CodingKeys: String, CodingKey {
        case index, kind, model, state, lane, window, input, prompt, tools, reasoning, output, answer, usage, error
        case exchangeIDs = "exchange_ids"
        case startedAt = "started_at"
        case firstByteMs = "first_byte_ms"
        case durationMs = "duration_ms"
        case threadID = "thread_id"
        case toolCalls = "tool_calls"
        case providerUsage = "provider_usage"
        case usageProblems = "usage_problems"
        case stopReason = "stop_reason"
        case responseID = "response_id"
        case previousResponseID = "previous_response_id"
        case retryOf = "retry_of"
        case idleMs = "idle_ms"
        case costUSD = "cost_usd"
        case unknownEvents = "unknown_events"
    }
}
