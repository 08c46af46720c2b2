import OneShotCore

/// What Claude Code says about a request beside what the API knows, in headers of its own.
struct ClaudeCodeCall: Sendable {
    /// A subagent's id, else the session's.
    var threadID: String?
    var thread = ModelCall.ThreadFacts()
    var isCompaction = false
    var isSideCall = false

    /// - Parameter last: the last item of the prompt.
    init(body: JSON, headers: RecordedHeaders, last: InputItem?) {
        let user = body["metadata"]?["user_id"]?.string.flatMap { try? JSON(parsing: $0) }
        guard let session = headers["x-claude-code-session-id"] ?? user?["session_id"]?.string else { return }
        let agent = headers["x-claude-code-agent-id"]
        threadID = agent ?? session
        if agent != nil {
            thread.isSubagent = true
            thread.parentID = headers["x-claude-code-parent-agent-id"] ?? session
            thread.name = headers["x-claude-code-agent-type"]
        }
        // main, subagent, workflow, compaction, auxiliary or side_reply; not to every upstream.
        let kind = headers["x-claude-code-request-class"]
        isCompaction = kind == "compaction" || last.map(Self.asksForSummary) ?? false
        let hasTools = !(body["tools"]?.elements ?? []).isEmpty
        isSideCall = kind == "auxiliary" || kind == "side_reply" || kind == nil && !hasTools && !isCompaction
    }

    private static func asksForSummary(_ item: InputItem) -> Bool {
        item.role == "user" && item.text.contains("Your task is to create a detailed summary of ")
    }
}
