import OneShotCore

/// Puts the turns of one conversation together as an agent wrote them down: what was said to the model, then what it
/// answered, one after the other.
struct TranscriptThread {
    let threadID: String
    var isSubagent = false
    private let prices: PriceTable
    private(set) var turns: [Turn] = []
    private var pending: [InputItem] = []
    private var isPersons = false
    /// Milliseconds since 1970: when the last of what is pending came.
    private var pendingAtMs: Int64?
    private var endedAtMs: Int64?
    /// The next prompt is what is pending, and not the history.
    private var newPrompt: TurnPrompt.Fidelity?
    /// Where the calls of tools stand, by their ids: turn and call.
    private var calls: [String: (turn: Int, call: Int)] = [:]

    init(threadID: String, prices: PriceTable) {
        self.threadID = threadID
        self.prices = prices
    }

    /// Something that the next call of the model sends.
    mutating func take(_ items: [InputItem], at milliseconds: Int64?, isPersons: Bool = false) {
        guard !items.isEmpty else { return }
        pending += items
        pendingAtMs = milliseconds ?? pendingAtMs
        if isPersons { self.isPersons = true }
        for item in items where item.kind == "tool_result" {
            guard let place = item.callID.flatMap({ calls[$0] }) else { continue }
            turns[place.turn].toolCalls[place.call].result = item.text
            turns[place.turn].toolCalls[place.call].isError = item.isError
        }
    }

    /// The history is replaced by what comes next.
    mutating func compact(_ fidelity: TurnPrompt.Fidelity) {
        newPrompt = fidelity
    }

    /// The model's answer to what was said before.
    ///
    /// - Parameters:
    ///   - startedAtMs: nil where the file does not tell: then what was said last came when the call began.
    ///   - kind: nil to find it out.
    mutating func answer(
        _ answer: ModelCall.Answer,
        model: String?,
        startedAtMs: Int64? = nil,
        endedAtMs: Int64?,
        stopReason: String? = nil,
        kind: Turn.Kind? = nil
    ) {
        let started = startedAtMs ?? pendingAtMs ?? self.endedAtMs ?? endedAtMs ?? 0
        let kind = kind ?? self.kind
        let idle = self.endedAtMs.flatMap { kind == .user && started > $0 ? Int(started - $0) : nil }
        let model = answer.model ?? model
        let usage = answer.usageReading
        var turn = Turn(
            index: turns.count + 1,
            exchangeIDs: [],
            kind: kind,
            startedAt: Timestamp.iso(milliseconds: started),
            durationMs: endedAtMs.map { Int(max(0, $0 - started)) },
            model: model,
            threadID: threadID,
            state: answer.state,
            stopReason: stopReason,
            responseID: answer.responseID,
            idleMs: idle,
            input: pending,
            prompt: prompt,
            reasoning: answer.reasoning,
            output: answer.output,
            toolCalls: answer.toolCalls,
            usage: usage?.usage,
            providerUsage: usage?.given,
            usageProblems: usage.flatMap { $0.problems.isEmpty ? nil : $0.problems },
            error: answer.error
        )
        if let usage = turn.usage { turn.costUSD = model.flatMap(prices.price)?.dollars(usage) }
        for (index, call) in turn.toolCalls.enumerated() where !call.callID.isEmpty {
            calls[call.callID] = (turns.count, index)
        }
        turns.append(turn)
        pending = []
        isPersons = false
        pendingAtMs = nil
        newPrompt = nil
        self.endedAtMs = endedAtMs ?? self.endedAtMs
    }

    /// Changes the last turn by what the file says of it later.
    mutating func changeLast(_ change: (inout Turn) -> Void) {
        guard let last = turns.indices.last else { return }
        change(&turns[last])
        if let usage = turns[last].usage {
            turns[last].costUSD = turns[last].model.flatMap(prices.price)?.dollars(usage)
        }
    }

    private var kind: Turn.Kind {
        if pending.contains(where: { $0.kind == "tool_result" }) { return .continuation }
        return isPersons && !isSubagent ? .user : .other
    }

    private var prompt: TurnPrompt? {
        if let newPrompt { return newPrompt == .complete ? nil : TurnPrompt(fidelity: newPrompt) }
        return turns.last.map { TurnPrompt(continues: $0.index) }
    }
}
