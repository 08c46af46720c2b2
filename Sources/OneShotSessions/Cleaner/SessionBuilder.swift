import OneShotCore
import OneShotStore

/// Puts a session together, exchange by exchange, in the order in which they began, and keeps its turns only until they
/// are taken away.
///
/// A value: the cleaner keeps the one that knows all finished exchanges and adds the unfinished ones to a copy.
struct SessionBuilder: Sendable {
    let sessionID: String
    /// The last call of a model.
    private(set) var lastExchangeID: Int64 = 0
    private(set) var turnCount = 0
    /// The turns that are new since ``forgetOutput()``.
    private(set) var turns: [Turn] = []
    /// The results that came since then for earlier turns.
    private(set) var results: [SessionUpdate.Result] = []
    private var agentSessionIDs: [String] = []
    private var agent: AgentIdentity?
    private var models: [String] = []
    private var createdAtMs: Int64?
    private var updatedAtMs: Int64 = 0
    private var usage = Usage()
    private var memory = SessionMemory()
    /// What a prewarm has sent, until the thread's next call.
    private var held: [String: [InputItem]] = [:]

    init(sessionID: String) { self.sessionID = sessionID }

    /// Goes on from a session whose exchanges are gone.
    init(continuing session: Session, turns: Int, lastExchangeID: Int64) {
        sessionID = session.sessionID
        self.lastExchangeID = lastExchangeID
        turnCount = turns
        agentSessionIDs = session.agentSessionIDs
        agent = session.agent
        models = session.models
        createdAtMs = Timestamp.milliseconds(iso: session.createdAt)
        updatedAtMs = Timestamp.milliseconds(iso: session.updatedAt) ?? 0
        usage = session.turns.prefix(turns).reduce(Usage()) { $0 + ($1.usage ?? Usage()) }
    }

    /// In bytes, about.
    var weight: Int { 512 + memory.weight }

    /// A copy to try something on, without copying what is known.
    var layered: SessionBuilder {
        var copy = self
        copy.memory = memory.layered
        return copy
    }

    mutating func forgetOutput() {
        turns = []
        results = []
    }

    /// Takes over what an exchange says about the session, whatever it is. Doing so again changes nothing.
    mutating func note(_ exchange: Exchange, isCall: Bool) {
        createdAtMs = min(createdAtMs ?? exchange.startedAtMs, exchange.startedAtMs)
        updatedAtMs = max(updatedAtMs, exchange.endedAtMs ?? exchange.firstByteAtMs ?? exchange.startedAtMs)
        if let id = exchange.agentSessionID, !agentSessionIDs.contains(id) { agentSessionIDs.append(id) }
        if agent == nil, isCall || ExchangeReader.isUpgrade(exchange) { agent = RecordedHeaders(exchange).agent }
    }

    mutating func append(_ exchange: Exchange, call: ModelCall) {
        note(exchange, isCall: true)
        lastExchangeID = exchange.id ?? lastExchangeID
        append(call)
    }

    private mutating func append(_ call: ModelCall) {
        let prompt = call.prompt
        let answer = call.answer
        let thread = prompt.threadID ?? prompt.previousResponseID.flatMap { memory[threadOfResponse: $0] }
        let input = newInput(of: prompt, thread: thread ?? "")
        if let id = answer.responseID, let thread { memory[threadOfResponse: id] = thread }
        guard !prompt.isPrewarm else {
            // What a prewarm sends, the next call does not send again; it is shown with that one.
            held[thread ?? "", default: []] += input
            return
        }
        if let model = answer.model ?? prompt.model, !models.contains(model) { models.append(model) }
        attachResults(in: prompt.items)
        turnCount += 1
        for (index, toolCall) in answer.toolCalls.enumerated() where !toolCall.callID.isEmpty {
            memory[toolCall: toolCall.callID] = .init(turn: Int32(turnCount), call: Int32(index))
        }
        remember(answer, thread: thread ?? "")
        usage = (usage + (answer.usage ?? Usage())).bounded
        turns.append(
            Turn(
                index: turnCount,
                exchangeIDs: [call.exchangeID],
                startedAt: Timestamp.iso(milliseconds: call.startedAtMs),
                firstByteMs: call.firstByteMs,
                durationMs: call.durationMs,
                model: answer.model ?? prompt.model,
                threadID: thread,
                state: answer.state,
                input: (held.removeValue(forKey: thread ?? "") ?? []) + input,
                reasoning: answer.reasoning,
                output: answer.output,
                toolCalls: answer.toolCalls,
                usage: answer.usage,
                providerUsage: answer.usageReading?.given,
                usageProblems: answer.usageReading.flatMap { $0.problems.isEmpty ? nil : $0.problems },
                error: answer.error
            )
        )
    }

    /// The items that no earlier call of the thread has sent or received.
    private mutating func newInput(of prompt: ModelCall.Prompt, thread: String) -> [InputItem] {
        let isIncremental = prompt.previousResponseID != nil
        var occurrences: [Int: Int] = [:]
        var new: [InputItem] = []
        for item in prompt.items {
            if item.origin == .toolCall, let id = item.item.callID, memory[toolCall: id] != nil { continue }
            let count = occurrences[item.key, default: 0] + 1
            occurrences[item.key] = count
            guard isIncremental || count > memory[itemsLike: item.key, thread: thread] else { continue }
            if ["developer", "system"].contains(item.item.role), !memory.isNewInstruction(item.key) { continue }
            new.append(item.item)
        }
        for (key, count) in occurrences {
            let known = memory[itemsLike: key, thread: thread]
            memory[itemsLike: key, thread: thread] = isIncremental ? known + count : max(known, count)
        }
        return new
    }

    /// Text that the model said comes back in the next request of a client that keeps the history.
    private mutating func remember(_ answer: ModelCall.Answer, thread: String) {
        for text in answer.messages {
            let item = PromptItem(InputItem(kind: "message", role: "assistant", text: text), origin: .answer)
            memory[itemsLike: item.key, thread: thread] += 1
        }
    }

    private mutating func attachResults(in items: [PromptItem]) {
        for item in items where item.item.kind == "tool_result" {
            guard let id = item.item.callID, var place = memory[toolCall: id], place.result != item.key else {
                continue
            }
            place.result = item.key
            memory[toolCall: id] = place
            let position = Int(place.turn) - 1 - (turnCount - turns.count)
            if position >= 0 {
                turns[position].toolCalls[Int(place.call)].result = item.item.text
            } else {
                results.append(.init(turn: Int(place.turn), call: Int(place.call), text: item.item.text))
            }
        }
    }

    /// The session so far, with the turns that are new; nil while no model was called.
    var session: Session? {
        guard turnCount > 0 else { return nil }
        return Session(
            sessionID: sessionID,
            agentSessionIDs: agentSessionIDs,
            agent: agent,
            models: models,
            createdAt: Timestamp.iso(milliseconds: createdAtMs ?? 0),
            updatedAt: Timestamp.iso(milliseconds: updatedAtMs),
            turns: turns,
            usage: usage
        )
    }
}
