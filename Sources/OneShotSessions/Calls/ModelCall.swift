import OneShotCore

/// One call of a model as an exchange recorded it, read apart from all other calls.
struct ModelCall: Sendable {
    var exchangeID: Int64
    var startedAtMs: Int64
    var firstByteMs: Int?
    var durationMs: Int?
    var prompt: Prompt
    var answer: Answer

    /// What was sent.
    struct Prompt: Sendable {
        var model: String?
        var threadID: String?
        /// The answer that this call goes on from; its input is new from the first item on.
        var previousResponseID: String?
        /// It fills the provider's caches and asks for no answer.
        var isPrewarm = false
        /// It asks for a summary in place of the history.
        var isCompaction = false
        var items: [PromptItem] = []
    }

    /// What came back.
    struct Answer: Sendable, Equatable {
        var responseID: String?
        var model: String?
        var state: Turn.State = .truncated
        var reasoning: [String] = []
        /// The texts, each a message of its own.
        var messages: [String] = []
        var toolCalls: [ToolCall] = []
        var usageReading: UsageReading?
        var error: String?
        /// Events that we do not know, as they came.
        var unknownEvents: [JSON] = []

        var usage: Usage? { usageReading?.usage }

        var output: String { messages.joined(separator: "\n\n") }
    }
}

/// A piece of a prompt, with what tells whether an earlier call had it too.
struct PromptItem: Sendable, Equatable {
    enum Origin: Sendable, Equatable {
        /// New when it was not sent before.
        case client
        /// The client gives back what a model said; new only when that answer was not recorded.
        case answer
        /// Given back likewise, known by the call's id.
        case toolCall
    }

    var item: InputItem
    var origin: Origin
    let key: Int

    init(_ item: InputItem, origin: Origin = .client) {
        self.item = item
        self.origin = origin
        var hasher = Hasher()
        hasher.combine(item.kind == "message" ? item.role : item.kind)
        hasher.combine(item.text)
        hasher.combine(item.callID)
        key = hasher.finalize()
    }
}
