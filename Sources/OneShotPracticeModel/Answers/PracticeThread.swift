import OneShotCore

/// Where one thread of an agent is in the script.
struct PracticeThread: Sendable {
    /// Short and unique among the threads of one model.
    let id: String
    /// Into the script's conversations; nil until the first prompt is known, and for a thread that none fits.
    var conversation: Int?
    var isStarted = false
    /// The step that the next call gets.
    var step: Int
    var answers = 0
    var offer = ToolOffer([])
    /// Of the whole prompt of the last call and its answer.
    var knownBytes = 0
    /// What the last call was, to know a second attempt at it.
    var lastFingerprint: String?
    var lastAnswer: ModelAnswer?
    /// The call for which the agent is looking up the tool.
    var searching: PracticeStep.MCPCall?
    /// The calls whose tool was looked up before.
    var searched: [PracticeStep.MCPCall] = []

    init(id: String, step: Int) {
        self.id = id
        self.step = step
    }

    func hasSearched(for call: PracticeStep.MCPCall) -> Bool { searched.contains(call) }
}

extension ModelRequest {
    /// The same for every attempt at one call, over whichever transport, and for no other call of the thread.
    var fingerprint: String {
        let last = input.last?.compactText ?? ""
        return turnID.map { "\($0) \(last)" } ?? "\(previousResponseID ?? "\(input.count)") \(last)"
    }

    /// The shell session that the newest tool result says is still running.
    var runningShellSession: Int? {
        guard let item = input.last, item["type"]?.string == "function_call_output" else { return nil }
        let text = item["output"]?.string ?? (item["output"]?.elements ?? []).compactMap { $0["text"]?.string }.joined()
        guard let match = text.firstMatch(of: /Process running with session ID (\d+)/) else { return nil }
        return Int(match.1)
    }
}
