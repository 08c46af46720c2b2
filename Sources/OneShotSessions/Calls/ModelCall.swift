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
        /// What the agent says about its thread, beside its id.
        var thread = ThreadFacts()
        /// The answer that this call goes on from; its input is new from the first item on.
        var previousResponseID: String?
        /// A later call may name the answer and leave out the history.
        var canBeContinued = false
        /// Of several conversations in one WebSocket.
        var lane: String?
        /// It fills the provider's caches and asks for no answer.
        var isPrewarm = false
        /// It asks for a summary in place of the history.
        var isCompaction = false
        /// It is not part of the agent's conversation: a title, a check.
        var isSideCall = false
        /// Counts the contexts of a thread, from one compaction to the next.
        var window: Int?
        var items: [PromptItem] = []
        /// The definitions of the tools, as they came.
        var tools: [JSON] = []
        /// Those that came as an item of the conversation, and so hold for the calls that go on from this one.
        var addedTools: [JSON] = []
        var repository: SessionRepository?
    }

    struct ThreadFacts: Sendable, Equatable {
        var parentID: String?
        var isSubagent = false
        var name: String?
    }

    /// What came back.
    struct Answer: Sendable, Equatable {
        var responseID: String?
        var model: String?
        var state: Turn.State = .truncated
        /// In the provider's own word.
        var stopReason: String?
        var reasoning: [String] = []
        /// The texts, each a message of its own.
        var messages: [String] = []
        var toolCalls: [ToolCall] = []
        /// All of it in its order, as a client gives it back; without the reasoning.
        var items: [InputItem] = []
        var usageReading: UsageReading?
        var error: String?
        /// Events that we do not know, as they came.
        var unknownEvents: [JSON] = []

        var usage: Usage? { usageReading?.usage }

        var output: String { messages.joined(separator: "\n\n") }

        /// How many events of each type are unknown; nil where there is none.
        var unknownTypes: [String: Int]? {
            guard !unknownEvents.isEmpty else { return nil }
            return unknownEvents.reduce(into: [:]) { counts, event in
                counts[event["type"]?.string ?? event["object"]?.string ?? "without a type", default: 0] += 1
            }
        }
    }
}

/// A piece of a prompt, with what tells whether an earlier call had it too.
struct PromptItem: Sendable, Equatable {
    var item: InputItem
    let key: Int

    init(_ item: InputItem) {
        self.item = item
        var hasher = Hasher()
        hasher.combine(item.kind == "message" ? item.role : item.kind)
        hasher.combine(item.text)
        hasher.combine(item.callID)
        hasher.combine(item.isError)
        key = hasher.finalize()
    }

    /// The same for all threads of a session.
    var isInstruction: Bool { item.isInstruction }

    /// A summary that only the provider can read, in place of the history before it.
    var isCompaction: Bool { Self.isCompaction(item) }

    static func isCompaction(_ item: InputItem) -> Bool { item.kind == "compaction" }
}
