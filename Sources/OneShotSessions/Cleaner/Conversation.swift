import OneShotCore

/// What is known of one thread of a session: its sums, and its last turn.
struct Conversation: Sendable {
    /// With the turns so far; its id is empty where the agent names no threads.
    var summary: SessionThread
    var lastTurn = 0
    var lastKind = Turn.Kind.other
    /// The whole prompt of the last turn, where that turn failed.
    var failedPrompt: ItemSequence?
    /// Milliseconds since 1970: when the last of its answers ended.
    var endedAtMs: Int64?
    /// The tools that were offered last.
    var tools: Int?
    /// Those of them that came as an item of the conversation.
    var addedTools: Int?

    init(threadID: String?) { summary = SessionThread(threadID: threadID ?? "") }

    /// How long nothing had happened when a call began; nil for the first one and for one that did not wait.
    func idleMs(at startedAtMs: Int64) -> Int? {
        endedAtMs.flatMap { startedAtMs > $0 ? Int(startedAtMs - $0) : nil }
    }

    mutating func take(_ facts: ModelCall.ThreadFacts) {
        if facts.isSubagent { summary.kind = .subagent }
        summary.parentThreadID = summary.parentThreadID ?? facts.parentID
        summary.name = summary.name ?? facts.name
    }

    mutating func take(_ turn: Turn, prompt: ItemSequence, endedAtMs: Int64?) {
        summary.turns += 1
        summary.usage = (summary.usage + (turn.usage ?? Usage())).bounded
        summary.costUSD = Cost.sum(summary.costUSD, turn.costUSD)
        lastTurn = turn.index
        lastKind = turn.kind ?? .other
        failedPrompt = [.failed, .truncated, .refused].contains(turn.state) ? prompt : nil
        if let endedAtMs { self.endedAtMs = max(self.endedAtMs ?? endedAtMs, endedAtMs) }
    }
}
