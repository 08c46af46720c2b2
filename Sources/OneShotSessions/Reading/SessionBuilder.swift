import OneShotCore
import OneShotStore

/// Puts a session together, exchange by exchange, in the order in which they began.
///
/// A value: the cleaner keeps the one that holds all finished exchanges and adds the unfinished ones to a copy.
struct SessionBuilder: Sendable {
    let sessionID: String
    private(set) var lastExchangeID: Int64 = 0
    private var agentSessionIDs: [String] = []
    private var agent: AgentIdentity?
    private var models: [String] = []
    private var createdAtMs: Int64?
    private var updatedAtMs: Int64 = 0
    private var turns: [Turn] = []
    private var threads: [String: ThreadMemory] = [:]
    /// System and developer texts are the same for all threads of a session; they are told once.
    private var instructions: Set<Int> = []
    private var threadOfResponse: [String: String] = [:]
    /// What a prewarm has sent, until the thread's next call.
    private var held: [String: [InputItem]] = [:]
    /// Where the newest call with an id stands.
    private var toolCalls: [String: (turn: Int, call: Int)] = [:]

    /// What a thread's earlier calls have sent and received.
    private struct ThreadMemory: Sendable {
        /// How many items of one content one request has carried at most.
        var counts: [Int: Int] = [:]
    }

    init(sessionID: String) { self.sessionID = sessionID }

    /// - Parameter call: what the exchange is, when it is a call of a model.
    mutating func append(_ exchange: Exchange, call: ModelCall?) {
        lastExchangeID = exchange.id ?? lastExchangeID
        createdAtMs = min(createdAtMs ?? exchange.startedAtMs, exchange.startedAtMs)
        updatedAtMs = max(updatedAtMs, exchange.endedAtMs ?? exchange.firstByteAtMs ?? exchange.startedAtMs)
        if let id = exchange.agentSessionID, !agentSessionIDs.contains(id) { agentSessionIDs.append(id) }
        if agent == nil, call != nil || ExchangeReader.isUpgrade(exchange) { agent = RecordedHeaders(exchange).agent }
        if let call { append(call) }
    }

    private mutating func append(_ call: ModelCall) {
        let prompt = call.prompt
        let thread = prompt.threadID ?? prompt.previousResponseID.flatMap { threadOfResponse[$0] }
        let input = newInput(of: prompt, thread: thread ?? "")
        let answer = call.answer
        if let id = answer.responseID, let thread { threadOfResponse[id] = thread }
        guard !prompt.isPrewarm else {
            // What a prewarm sends, the next call does not send again; it is shown with that one.
            held[thread ?? "", default: []] += input
            return
        }
        if let model = answer.model ?? prompt.model, !models.contains(model) { models.append(model) }
        attachResults(in: prompt.items)
        let position = turns.count
        for (index, toolCall) in answer.toolCalls.enumerated() where !toolCall.callID.isEmpty {
            toolCalls[toolCall.callID] = (position, index)
        }
        remember(answer, thread: thread ?? "")
        turns.append(
            Turn(
                index: position + 1,
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
                error: answer.error
            )
        )
    }

    /// The items that no earlier call of the thread has sent or received.
    private mutating func newInput(of prompt: ModelCall.Prompt, thread: String) -> [InputItem] {
        var memory = threads[thread] ?? ThreadMemory()
        let isIncremental = prompt.previousResponseID != nil
        var occurrences: [Int: Int] = [:]
        var new: [InputItem] = []
        for item in prompt.items {
            if item.origin == .toolCall {
                if let id = item.item.callID, toolCalls[id] != nil { continue }
            }
            occurrences[item.key, default: 0] += 1
            let known = memory.counts[item.key] ?? 0
            guard isIncremental || occurrences[item.key, default: 0] > known else { continue }
            if ["developer", "system"].contains(item.item.role), !instructions.insert(item.key).inserted { continue }
            new.append(item.item)
        }
        for (key, count) in occurrences {
            let known = memory.counts[key] ?? 0
            memory.counts[key] = isIncremental ? known + count : max(known, count)
        }
        threads[thread] = memory
        return new
    }

    /// Text that the model said comes back in the next request of a client that keeps the history.
    private mutating func remember(_ answer: ModelCall.Answer, thread: String) {
        for text in answer.messages {
            let item = PromptItem(InputItem(kind: "message", role: "assistant", text: text), origin: .answer)
            threads[thread, default: ThreadMemory()].counts[item.key, default: 0] += 1
        }
    }

    private mutating func attachResults(in items: [PromptItem]) {
        for item in items where item.item.kind == "tool_result" {
            guard let id = item.item.callID, let place = toolCalls[id] else { continue }
            turns[place.turn].toolCalls[place.call].result = item.item.text
        }
    }

    /// The session so far; nil while no model was called.
    var session: Session? {
        guard !turns.isEmpty else { return nil }
        return Session(
            sessionID: sessionID,
            agentSessionIDs: agentSessionIDs,
            agent: agent,
            models: models,
            createdAt: Timestamp.iso(milliseconds: createdAtMs ?? 0),
            updatedAt: Timestamp.iso(milliseconds: updatedAtMs),
            turns: turns,
            usage: turns.reduce(Usage()) { $0 + ($1.usage ?? Usage()) }
        )
    }
}
