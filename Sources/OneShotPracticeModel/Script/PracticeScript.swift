/// What the practice model says, and to whom: the file that `oneshot model serve` reads
/// (`docs/formats/practice-script.md`).
public struct PracticeScript: Sendable, Equatable {
    /// The first one whose ``Conversation/match`` fits the first prompt is used.
    public var conversations: [Conversation]

    public init(conversations: [Conversation]) {
        self.conversations = conversations
    }

    /// A script of one conversation that fits every prompt.
    public init(_ steps: [PracticeStep]) {
        self.init(conversations: [Conversation(steps: steps)])
    }

    /// The answers to one thread, in their order.
    public struct Conversation: Sendable, Equatable {
        /// Nil fits every prompt.
        public var match: Match?
        public var steps: [PracticeStep]

        public init(match: Match? = nil, steps: [PracticeStep]) {
            self.match = match
            self.steps = steps
        }
    }

    /// Which first prompts a conversation is for.
    public enum Match: Sendable, Equatable {
        /// The prompt contains this text, letter by letter.
        case text(String)
        /// The prompt has a part that this pattern (Swift `Regex` syntax) matches.
        case regex(String)

        func fits(_ prompt: String) -> Bool {
            switch self {
            case .text(let text): prompt.contains(text)
            // The pattern was compiled once when the script was read.
            case .regex(let pattern): (try? Regex(pattern)).map { prompt.contains($0) } ?? false
            }
        }
    }

    /// - Parameter structured: whether the request asks for JSON of a given schema and offers no tools, as a judge's
    ///   does; such a request takes the conversations that have a JSON step, when there are any.
    func conversation(for prompt: String, structured: Bool) -> Int? {
        let fitting = conversations.indices.filter { conversations[$0].match?.fits(prompt) ?? true }
        guard structured else { return fitting.first }
        return fitting.first { conversations[$0].steps.contains { $0.action?.isJSON ?? false } }
    }
}
