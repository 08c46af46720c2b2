import OneShotCore

/// A conversation of a transcript, with the answer that its lines are telling.
struct ClaudeConversation {
    var thread: TranscriptThread
    private var message: JSON?
    private var blocks: [JSON] = []
    private var requestedAtMs: Int64?
    private var answeredAtMs: Int64?
    private var systemPrompt: String?
    /// What came between the lines of an answer: results of calls that were quick.
    private var held: [(items: [InputItem], at: Int64?, isPersons: Bool)] = []

    init(thread: TranscriptThread) { self.thread = thread }
}

extension ClaudeConversation {
    mutating func take(answer line: JSON, at time: Int64?, _ requests: [String: Int64]) {
        let new = line["message"] ?? .null
        if message?["id"] != new["id"] || new["id"] == nil { endAnswer() }
        if line["isApiErrorMessage"]?.bool == true {
            var told = ModelCall.Answer()
            told.state = .failed
            told.error = ResponsesDecoder.text(of: new["content"])
            thread.answer(told, model: line["requestedModel"]?.string, endedAtMs: time)
            return
        }
        message = new
        blocks += new["content"]?.elements ?? []
        requestedAtMs = requestedAtMs ?? line["requestRef"]?.string.flatMap { requests[$0] }
        answeredAtMs = time ?? answeredAtMs
    }

    mutating func endAnswer() {
        guard let message else { return }
        let stop = message["stop_reason"]?.string
        var members = message.members.filter { $0.key != "content" }
        members.append(.init("content", .array(blocks)))
        var assembly = MessageAssembly()
        assembly.take(whole: .object(members))
        var told = assembly.answer
        // Older versions write the lines before the answer has ended, and never say how it did.
        if stop == nil { told.state = .complete }
        thread.answer(told, model: nil, startedAtMs: requestedAtMs, endedAtMs: answeredAtMs, stopReason: stop)
        self.message = nil
        blocks = []
        requestedAtMs = nil
        answeredAtMs = nil
        for (items, time, isPersons) in held { thread.take(items, at: time, isPersons: isPersons) }
        held = []
    }

    mutating func say(_ items: [InputItem], at time: Int64?, isPersons: Bool = false) {
        guard message != nil else { return thread.take(items, at: time, isPersons: isPersons) }
        held.append((items, time, isPersons))
    }

    /// What the agent adds to the prompt by itself.
    mutating func take(attachment line: JSON, at time: Int64?) {
        let attachment = line["attachment"]
        if attachment?["type"] == "prompt_snapshot" {
            let text = (attachment?["systemPrompt"]?.elements ?? []).compactMap(\.string).joined(separator: "\n\n")
            guard !text.isEmpty, text != systemPrompt else { return }
            systemPrompt = text
            say([InputItem(kind: "message", role: "system", text: text)], at: nil)
            return
        }
        let texts = (line["rendered"]?.elements ?? []).compactMap { $0["content"]?.string }
        let role = line["renderedRole"]?.string ?? "user"
        say(texts.map { InputItem(kind: "message", role: role, text: $0) }, at: nil)
    }
}
