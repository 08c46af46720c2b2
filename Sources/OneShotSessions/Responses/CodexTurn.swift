import Foundation
import OneShotCore

/// What Codex says about a request beside what the API knows: in the header `x-codex-turn-metadata`, in the body's
/// `client_metadata`, and in headers of their own. On a WebSocket the body is the truth: its headers are those of the
/// first request.
struct CodexTurn: Sendable {
    var threadID: String?
    var thread = ModelCall.ThreadFacts()
    var isCompaction = false
    var window: Int?
    var repository: SessionRepository?

    init(body: JSON, headers: RecordedHeaders) {
        let metadata = body["client_metadata"]
        func word(_ name: String) -> String? { metadata?[name]?.string ?? headers[name] }
        let turn = word("x-codex-turn-metadata").flatMap { try? JSON(parsing: $0) }
        threadID = metadata?["thread_id"]?.string ?? headers["thread-id"] ?? turn?["thread_id"]?.string

        let subagent = word("x-openai-subagent").flatMap { $0.isEmpty ? nil : $0 }
        // The summary of a history is asked for in the thread itself, though the header counts it among the subagents.
        isCompaction = turn?["request_kind"] == "compaction" || subagent == "compact"
        thread.parentID = word("x-codex-parent-thread-id") ?? turn?["parent_thread_id"]?.string
        let name = turn?["agent_name"]?.string.flatMap { $0.isEmpty || $0 == "/root" ? nil : $0 }
        thread.isSubagent = thread.parentID != nil || name != nil || (subagent != nil && subagent != "compact")
        if thread.isSubagent { thread.name = name ?? subagent }
        window = turn?["window_number"]?.int ?? Self.number(inWindowID: word("x-codex-window-id"))
        repository = turn?["workspaces"]?.members.first.map(Self.repository)
    }

    /// `<thread>:3`
    private static func number(inWindowID id: String?) -> Int? {
        id?.split(separator: ":").last.flatMap { Int($0) }
    }

    private static func repository(_ workspace: JSON.Member) -> SessionRepository {
        let remotes = workspace.value["associated_remote_urls"]
        let remote = remotes?["origin"]?.string ?? remotes?.members.first?.value.string
        return SessionRepository(
            directory: workspace.key,
            remoteURL: remote.map(SessionRepository.withoutCredentials),
            branch: workspace.value["branch"]?.string,
            commit: workspace.value["latest_git_commit_hash"]?.string
        )
    }
}
