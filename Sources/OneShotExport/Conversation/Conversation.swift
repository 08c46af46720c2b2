import OneShotCore

/// What one agent and its model said to each other: the session's own conversation, with those of its subagents below it.
struct Conversation {
    /// Where in the conversation above it a subagent was started.
    struct Start: Equatable {
        /// The index of the turn.
        var turn: Int
        /// The call that started it, where one can be told.
        var callID: String?
    }

    /// Nil for the conversation of a session whose agent names none, or where several follow each other.
    var thread: SessionThread?
    var turns: [Turn]
    var start: Start?
    var subagents: [Conversation] = []

    /// The conversations of a session: every turn is in one of them.
    init(_ session: Session) {
        let subagents = session.threads.filter { $0.kind == .subagent }
        let ids = Set(subagents.map(\.threadID))
        let own = session.turns.filter { turn in !(turn.threadID.map(ids.contains) ?? false) }
        guard !own.isEmpty else {
            // Only a subagent was recorded.
            self.init(thread: nil, turns: session.turns)
            return
        }
        let main = session.threads.filter { $0.kind == .main }
        self.init(thread: main.count == 1 ? main[0] : nil, turns: own)
        var byThread = Dictionary(grouping: session.turns, by: \.threadID)
        // One that is named twice, or that began before the one above it, would go round in circles.
        var placed: Set<String> = []
        for thread in subagents {
            guard let turns = byThread.removeValue(forKey: thread.threadID) else { continue }
            let child = Conversation(thread: thread, turns: turns)
            if let parent = thread.parentThreadID, placed.contains(parent) {
                insert(child, below: parent)
            } else {
                insert(child)
            }
            placed.insert(thread.threadID)
        }
    }

    private init(thread: SessionThread?, turns: [Turn]) {
        self.thread = thread
        self.turns = turns
    }

    private mutating func insert(_ child: Conversation) {
        var child = child
        child.start = start(of: child)
        subagents.append(child)
    }

    private mutating func insert(_ child: Conversation, below parent: String) {
        for index in subagents.indices {
            if subagents[index].thread?.threadID == parent {
                subagents[index].insert(child)
            } else {
                subagents[index].insert(child, below: parent)
            }
        }
    }

    /// It and all below it, from the top.
    var all: [Conversation] { [self] + subagents.flatMap(\.all) }

    /// The call that handed over what the subagent was then told; agents have no common way of naming it.
    private func start(of child: Conversation) -> Start? {
        guard let first = child.turns.first else { return nil }
        let earlier = turns.filter { $0.startedAt <= first.startedAt }
        let words = first.input.filter { $0.kind == "message" && $0.role == "user" }.map(\.text)
        for turn in earlier.reversed() {
            for call in turn.toolCalls where call.hands(over: words) {
                return Start(turn: turn.index, callID: call.callID)
            }
        }
        return (earlier.last ?? turns.first).map { Start(turn: $0.index, callID: nil) }
    }
}

extension ToolCall {
    /// Shorter texts are in many prompts by chance.
    private static let shortestTask = 8

    fileprivate func hands(over words: [String]) -> Bool {
        let texts = (try? JSON(parsing: arguments)).map(\.strings) ?? [arguments]
        return texts.contains { text in
            text.count >= Self.shortestTask
                && words.contains { $0.contains(text) || $0.count >= Self.shortestTask && text.contains($0) }
        }
    }
}

extension JSON {
    /// Every string in it that is a value.
    fileprivate var strings: [String] {
        switch self {
        case .string(let text): [text]
        case .array(let elements): elements.flatMap(\.strings)
        case .object(let members): members.flatMap { $0.value.strings }
        case .null, .bool, .number: []
        }
    }
}
