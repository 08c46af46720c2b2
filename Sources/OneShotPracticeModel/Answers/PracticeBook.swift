import OneShotCore

/// The practice model without its sockets: requests in, answers out.
///
/// A thread is known by its id, else by the response that it goes on from. A second attempt at a call gets the same
/// answer again; a call that only warms caches, and a compaction, take no step.
struct PracticeBook: Sendable {
    /// What is said past the end of the script, or where no conversation fits.
    static let lastWords = "That was everything I had to say."

    let script: PracticeScript
    private var threads: [String: PracticeThread] = [:]
    private var threadOfResponse: [String: String] = [:]
    private var opened = 0

    init(script: PracticeScript) { self.script = script }

    mutating func answer(_ request: ModelRequest) -> ModelAnswer {
        let key = request.previousResponseID.flatMap { threadOfResponse[$0] } ?? request.threadKey
        var thread = key.flatMap { threads[$0] } ?? open(request)
        let fingerprint = request.fingerprint
        if fingerprint == thread.lastFingerprint, !request.isPrewarm, !request.isCompaction,
            let again = thread.lastAnswer
        {
            return again
        }
        let answer = Self.answer(request, in: &thread, script: script)
        if !request.isPrewarm, !request.isCompaction {
            thread.lastFingerprint = fingerprint
            thread.lastAnswer = answer
        }
        // A client that gives no id goes on by the response's.
        let name = key ?? thread.id
        threads[name] = thread
        threadOfResponse[answer.responseID] = name
        return answer
    }

    /// A thread that this model has not seen: at its start, or in the middle when its history says so (the model was
    /// started anew, or the client keeps the state).
    private mutating func open(_ request: ModelRequest) -> PracticeThread {
        opened += 1
        let digits = String(opened, radix: 36)
        return PracticeThread(
            id: "t" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits,
            step: request.answersInInput
        )
    }

    private static func answer(
        _ request: ModelRequest,
        in thread: inout PracticeThread,
        script: PracticeScript
    ) -> ModelAnswer {
        thread.answers += 1
        let stamp = "\(thread.id)n\(thread.answers)"
        // Frames that go on from an earlier response leave out what that one offered.
        thread.offer.add(ToolOffer(request.tools))
        let isContinued = thread.knownBytes > 0
        // A call that goes on from another sends the tools again, which the prompt holds once.
        let promptBytes =
            request.previousResponseID == nil
            ? request.inputBytes + request.toolBytes : request.inputBytes + max(thread.knownBytes, request.toolBytes)
        var answer = ModelAnswer(
            responseID: "resp_\(stamp)",
            model: request.model,
            previousResponseID: request.previousResponseID,
            items: [],
            usage: Usage(),
            delayMs: 0
        )
        if request.isPrewarm {
            thread.knownBytes = promptBytes
            return answer
        }
        let step = request.isCompaction ? PracticeStep() : next(request, in: &thread, script: script)
        let items =
            request.isCompaction ? [.message("What happened so far is done."), .compaction] : step.items(for: &thread)
        answer.items = items.enumerated().map { index, item in item.json(id: "\(stamp)i\(index)") }
        answer.delayMs = step.delayMs
        let outputBytes = answer.items.reduce(0) { $0 + $1.compactText.utf8.count }
        let cached = isContinued && !request.isCompaction ? min(thread.knownBytes, promptBytes) / 512 * 128 : 0
        answer.usage =
            step.usage
            ?? Usage(
                inputTokens: max(1, promptBytes / 4),
                cachedInputTokens: cached,
                outputTokens: max(1, outputBytes / 4),
                reasoningTokens: (step.reasoning?.utf8.count ?? 0) / 4
            )
        thread.knownBytes = request.isCompaction ? 0 : promptBytes + outputBytes
        return answer
    }

    /// The step that a call gets, and the thread moved on behind it.
    private static func next(
        _ request: ModelRequest,
        in thread: inout PracticeThread,
        script: PracticeScript
    ) -> PracticeStep {
        if !thread.isStarted, let prompt = request.firstPrompt {
            thread.isStarted = true
            let structured = request.schema != nil && thread.offer.isEmpty
            thread.conversation = script.conversation(for: prompt, structured: structured)
        }
        if let session = request.runningShellSession, let wait = thread.offer.wait(forShellSession: session) {
            return PracticeStep(action: .output([wait.json(id: "\(thread.id)w\(thread.answers)")]))
        }
        if let call = thread.searching {
            thread.searching = nil
            return PracticeStep(action: .mcp(call))
        }
        let steps = thread.conversation.map { script.conversations[$0].steps } ?? []
        guard thread.step < steps.count || steps.last?.repeats == true else {
            return request.schema.map { PracticeStep(action: .json($0.instance)) } ?? .say(lastWords)
        }
        let step = steps[min(thread.step, steps.count - 1)]
        thread.step += 1
        return step
    }
}

extension PracticeStep {
    /// What the step is in the dialect of the thread's agent.
    fileprivate func items(for thread: inout PracticeThread) -> [AnswerItem] {
        var items: [AnswerItem] = []
        if let reasoning { items.append(.reasoning(reasoning)) }
        if let say { items.append(.message(say)) }
        switch action {
        case .shell(let command): items.append(thread.offer.shell(command) ?? Self.missing("shell"))
        case .patch(let text): items.append(thread.offer.patch(text) ?? Self.missing("tool for patches"))
        case .mcp(let call):
            let item = thread.offer.mcp(call) ?? Self.missing("tool \(call.tool) of the MCP server \(call.server)")
            if case .toolSearch = item {
                // What the search has already brought back and still lacks the tool, it will not find.
                if thread.hasSearched(for: call) {
                    items.append(Self.missing("tool \(call.tool) of the MCP server \(call.server)"))
                    break
                }
                thread.searching = call
                thread.searched.append(call)
            }
            items.append(item)
        case .json(let value): items.append(.message(value.compactText))
        case .output(let output): items += output.map { .verbatim($0) }
        case nil: break
        }
        return items
    }

    private static func missing(_ what: String) -> AnswerItem {
        .message("I cannot go on: you offer me no \(what).")
    }
}
