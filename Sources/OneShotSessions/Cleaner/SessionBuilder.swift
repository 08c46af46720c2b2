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
    private var repository: SessionRepository?
    private var usage = Usage()
    private var costUSD: Double?
    private var unpricedTurns = 0
    private var unknownEvents: [String: Int] = [:]
    private var prices: SessionPrices
    private var memory = SessionMemory()
    private var conversations: [Conversation] = []
    /// The places of the conversations, by their names.
    private var conversationNamed: [String: Int] = [:]
    /// The last prewarm of each conversation. What it has sent, the calls that go on from it do not send again.
    private var prewarms: [Int: (responseID: String, prompt: ModelCall.Prompt)] = [:]

    init(sessionID: String, prices: PriceTable = .shipped) {
        self.sessionID = sessionID
        self.prices = SessionPrices(prices)
    }

    /// In bytes, about.
    var weight: Int { 512 + memory.weight + conversations.count * 256 }

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
            repository: repository,
            sources: [.recorded],
            threads: threads,
            turns: turns,
            usage: usage,
            costUSD: costUSD,
            unpricedTurns: unpricedTurns > 0 ? unpricedTurns : nil,
            unknownEvents: unknownEvents.isEmpty ? nil : unknownEvents
        )
    }
}

// MARK: - Turns

extension SessionBuilder {
    /// The conversations that have names; those of several lanes may have one in common.
    private var threads: [SessionThread] {
        var places: [String: Int] = [:]
        var threads: [SessionThread] = []
        for conversation in conversations {
            let summary = conversation.summary
            guard summary.turns > 0, !summary.threadID.isEmpty else { continue }
            if let place = places[summary.threadID] {
                threads[place].turns += summary.turns
                threads[place].usage = (threads[place].usage + summary.usage).bounded
                threads[place].costUSD = Cost.sum(threads[place].costUSD, summary.costUSD)
            } else {
                places[summary.threadID] = threads.count
                threads.append(summary)
            }
        }
        return threads
    }

    private mutating func append(_ call: ModelCall) {
        var prompt = call.prompt
        let place = conversation(of: prompt)
        guard !prompt.isPrewarm else {
            if let id = call.answer.responseID { prewarms[place] = (id, prompt) }
            return
        }
        if let before = prewarms[place], before.responseID == prompt.previousResponseID {
            prompt.items = before.prompt.items + prompt.items
            prompt.addedTools = before.prompt.addedTools + prompt.addedTools
            prompt.previousResponseID = before.prompt.previousResponseID
        }
        conversations[place].take(prompt.thread)
        let placed = PlacedPrompt(
            prompt,
            conversation: place,
            last: conversations[place],
            turn: turnCount + 1,
            memory: &memory
        )
        turnCount += 1
        attachResults(in: placed.input)
        learnRepository(prompt, new: placed.input)
        let turn = self.turn(of: call, prompt: prompt, placed, in: place)
        remember(turn, call, placed, in: place)
        turns.append(turn)
    }

    private mutating func turn(
        of call: ModelCall,
        prompt: ModelCall.Prompt,
        _ placed: PlacedPrompt,
        in place: Int
    ) -> Turn {
        let answer = call.answer
        let conversation = conversations[place]
        let kind = self.kind(of: prompt, placed, in: conversation)
        let model = answer.model ?? prompt.model
        let speaks = kind == .user && placed.retryOf == nil
        let usual = Turn.answerItems(output: answer.output, toolCalls: answer.toolCalls)
        return Turn(
            index: turnCount,
            exchangeIDs: [call.exchangeID],
            kind: kind,
            startedAt: Timestamp.iso(milliseconds: call.startedAtMs),
            firstByteMs: call.firstByteMs,
            durationMs: call.durationMs,
            model: model,
            threadID: conversation.summary.threadID.isEmpty ? nil : conversation.summary.threadID,
            state: answer.state,
            stopReason: answer.stopReason,
            responseID: answer.responseID,
            previousResponseID: call.prompt.previousResponseID,
            lane: prompt.lane,
            window: prompt.window,
            retryOf: placed.retryOf,
            idleMs: speaks ? conversation.idleMs(at: call.startedAtMs) : nil,
            input: placed.input.map(\.item),
            prompt: placed.prompt,
            tools: newTools(in: prompt, of: place),
            reasoning: answer.reasoning,
            output: answer.output,
            toolCalls: answer.toolCalls,
            answer: answer.items == usual ? nil : answer.items,
            usage: answer.usage,
            providerUsage: answer.usageReading?.given,
            usageProblems: answer.usageReading.flatMap { $0.problems.isEmpty ? nil : $0.problems },
            costUSD: answer.usage.flatMap { prices.dollars($0, model: model) },
            unknownEvents: answer.unknownTypes,
            error: answer.error
        )
    }

    private func kind(of prompt: ModelCall.Prompt, _ placed: PlacedPrompt, in conversation: Conversation) -> Turn.Kind {
        if prompt.isCompaction { return .compaction }
        if prompt.isSideCall { return .other }
        if placed.retryOf != nil { return conversation.lastKind }
        if placed.input.contains(where: { $0.item.kind == "tool_result" }) { return .continuation }
        let isPersons = !prompt.thread.isSubagent && placed.input.contains { $0.item.isPersons }
        return isPersons ? .user : .other
    }

    /// - Returns: nil where they are those that the thread's last turn offered.
    private mutating func newTools(in prompt: ModelCall.Prompt, of place: Int) -> [JSON]? {
        // What was added to a conversation holds for the calls that go on from it.
        if prompt.previousResponseID == nil || !prompt.addedTools.isEmpty {
            conversations[place].addedTools = prompt.addedTools.hashValue
        }
        let tools = prompt.tools + prompt.addedTools
        let key = [conversations[place].addedTools ?? 0, prompt.tools.hashValue].hashValue
        guard conversations[place].tools != key else { return nil }
        let isFirst = conversations[place].tools == nil
        conversations[place].tools = key
        return tools.isEmpty && isFirst ? nil : tools.map(\.canonical)
    }

    private mutating func remember(_ turn: Turn, _ call: ModelCall, _ placed: PlacedPrompt, in place: Int) {
        if let model = turn.model, !models.contains(model) { models.append(model) }
        for (index, toolCall) in turn.toolCalls.enumerated() where !toolCall.callID.isEmpty {
            memory[toolCall: toolCall.callID] = .init(turn: Int32(clamping: turnCount), call: Int32(clamping: index))
        }
        memory.remember(
            turn.answerItems,
            responseID: call.prompt.canBeContinued ? turn.responseID : nil,
            to: placed.sequence,
            .init(
                turn: Int32(clamping: turnCount),
                conversation: UInt16(clamping: place),
                fidelity: placed.fidelity,
                isCut: false
            )
        )
        conversations[place].take(
            turn,
            prompt: placed.sequence,
            endedAtMs: call.durationMs.map { call.startedAtMs + Int64($0) }
        )
        addUp(turn)
    }

    private mutating func addUp(_ turn: Turn) {
        usage = (usage + (turn.usage ?? Usage())).bounded
        costUSD = Cost.sum(costUSD, turn.costUSD)
        if turn.usage != nil, turn.costUSD == nil { unpricedTurns += 1 }
        unknownEvents.merge(turn.unknownEvents ?? [:], uniquingKeysWith: +)
    }

    /// The number of the conversation that a call belongs to.
    private mutating func conversation(of prompt: ModelCall.Prompt) -> Int {
        if prompt.threadID == nil, let previous = prompt.previousResponseID {
            if let end = memory[response: previous].flatMap({ memory[end: $0] }) { return Int(end.conversation) }
            if let place = prewarms.first(where: { $0.value.responseID == previous })?.key { return place }
        }
        return conversation(named: prompt.threadID, lane: prompt.lane)
    }

    private mutating func conversation(named threadID: String?, lane: String?) -> Int {
        let name = (threadID ?? "") + (lane.map { "\0\($0)" } ?? "")
        if let place = conversationNamed[name] { return place }
        conversations.append(Conversation(threadID: threadID))
        conversationNamed[name] = conversations.count - 1
        return conversations.count - 1
    }

    private mutating func learnRepository(_ prompt: ModelCall.Prompt, new: [PromptItem]) {
        if let told = prompt.repository { repository = repository?.completed(by: told) ?? told }
        guard repository?.directory == nil || repository?.commit == nil else { return }
        for item in new {
            guard let told = SessionRepository(toldIn: item.item) else { continue }
            repository = repository?.completed(by: told) ?? told
        }
    }

    private mutating func attachResults(in items: [PromptItem]) {
        for item in items where item.item.kind == "tool_result" {
            guard let id = item.item.callID, var place = memory[toolCall: id], place.result != item.key else {
                continue
            }
            place.result = item.key
            memory[toolCall: id] = place
            let position = Int(place.turn) - 1 - (turnCount - 1 - turns.count)
            if position >= 0 {
                turns[position].toolCalls[Int(place.call)].result = item.item.text
                turns[position].toolCalls[Int(place.call)].isError = item.item.isError
            } else {
                results.append(
                    .init(
                        turn: Int(place.turn),
                        call: Int(place.call),
                        text: item.item.text,
                        isError: item.item.isError
                    )
                )
            }
        }
    }
}

// MARK: - Going on

extension SessionBuilder {
    /// Goes on from a session whose exchanges are gone.
    init(continuing session: Session, turns: Int, lastExchangeID: Int64, prices: PriceTable = .shipped) {
        self.init(sessionID: session.sessionID, prices: prices)
        self.lastExchangeID = lastExchangeID
        agentSessionIDs = session.agentSessionIDs
        agent = session.agent
        models = session.models
        createdAtMs = Timestamp.milliseconds(iso: session.createdAt)
        updatedAtMs = Timestamp.milliseconds(iso: session.updatedAt) ?? 0
        repository = session.repository
        var ends: [Int: ItemSequence] = [:]
        for turn in session.turns.prefix(turns) { ends[turn.index] = takeBack(turn, of: session, after: ends) }
        for thread in session.threads {
            for place in conversations.indices where conversations[place].summary.threadID == thread.threadID {
                conversations[place].summary.kind = thread.kind
                conversations[place].summary.parentThreadID = thread.parentThreadID
                conversations[place].summary.name = thread.name
            }
        }
    }

    /// Remembers a turn that was told earlier.
    ///
    /// - Parameter ends: all items up to the ends of the turns before it.
    /// - Returns: all items up to its end.
    private mutating func takeBack(
        _ turn: Turn,
        of session: Session,
        after ends: [Int: ItemSequence]
    ) -> ItemSequence {
        turnCount += 1
        let place = conversation(named: turn.threadID, lane: turn.lane)
        let input = turn.input.map(PromptItem.init)
        var sequence = ItemSequence(conversation: place)
        if let before = turn.prompt?.continues.flatMap({ ends[$0] }) {
            sequence = before
            sequence.append(input)
        } else if turn.prompt?.items != nil, let prompt = session.prompt(ofTurn: turn.index) {
            sequence.append(prompt.map(PromptItem.init))
        } else {
            sequence.append(input)
        }
        for (index, item) in input.enumerated() {
            let here = SessionMemory.ItemPlace(turn: Int32(clamping: turnCount), item: Int32(clamping: index))
            if item.item.isInstruction { memory.remember(item.key, in: nil, at: here) }
            memory.remember(item.key, in: place, at: here)
        }
        for (index, toolCall) in turn.toolCalls.enumerated() where !toolCall.callID.isEmpty {
            memory[toolCall: toolCall.callID] = .init(turn: Int32(clamping: turnCount), call: Int32(clamping: index))
        }
        let end = memory.remember(
            turn.answerItems,
            responseID: turn.responseID,
            to: sequence,
            .init(
                turn: Int32(clamping: turnCount),
                conversation: UInt16(clamping: place),
                fidelity: turn.prompt?.fidelity ?? .complete,
                isCut: false
            )
        )
        let started = Timestamp.milliseconds(iso: turn.startedAt)
        let ended = started.flatMap { started in turn.durationMs.map { started + Int64($0) } }
        conversations[place].take(turn, prompt: sequence, endedAtMs: ended)
        if let tools = turn.tools { conversations[place].tools = tools.hashValue }
        addUp(turn)
        return end
    }
}
