import Foundation
import OneShotCore

/// Reads transcripts of Claude Code: `projects/<directory>/<session>.jsonl` in its home, and for each subagent
/// `<session>/subagents/agent-<id>.jsonl`.
///
/// Each block of an answer has a line of its own, all with the message's id and its usage. Older versions write the
/// subagents' lines (`isSidechain`) into the session's file.
struct ClaudeReader: TranscriptReader {
    /// Lines that are about the agent's own affairs.
    private static let ignored: Set<String> = [
        "api-request-blob", "api-request-shape", "atis-latch", "cost-state", "custom-title", "ai-title", "agent-name",
        "file-history-snapshot", "last-prompt", "mode", "permission-mode", "progress", "queue-operation", "summary",
        "tag", "tools-used", "worktree-state", "pr-link", "agent-color", "agent-setting",
    ]

    private let prices: PriceTable
    private var sessionID: String?
    private var facts: JSON?
    private var order: [String] = []
    private var conversations: [String: ClaudeConversation] = [:]
    /// The conversation of each line of a subagent in the session's file.
    private var threadOfLine: [String: String] = [:]
    private var requests: [String: Int64] = [:]
    private var names: [String: String] = [:]
    /// The commit that the agent was told of when it began.
    private var commit: String?
    private var firstAtMs: Int64?
    private var lastAtMs: Int64?
    private var unknown: [String: Int] = [:]

    init(prices: PriceTable) { self.prices = prices }

    static func fits(_ line: JSON) -> Bool {
        guard let type = line["type"]?.string, line["sessionId"]?.string != nil else { return false }
        return ["user", "assistant", "system", "attachment"].contains(type) || ignored.contains(type)
    }

    mutating func take(_ line: JSON) {
        let time = line["timestamp"]?.string.flatMap(Timestamp.milliseconds(iso:))
        sessionID = sessionID ?? line["sessionId"]?.string
        if facts == nil, line["cwd"] != nil { facts = line }
        guard let type = line["type"]?.string, !Self.ignored.contains(type) else { return }
        firstAtMs = firstAtMs ?? time
        lastAtMs = time ?? lastAtMs
        if type == "api-request" {
            if let id = line["id"]?.string { requests[id] = time }
            return
        }
        let id = threadID(of: line)
        var conversation = conversations[id] ?? begin(id, line)
        switch type {
        case "user":
            takeName(line)
            let items = MessagesDecoder.prompt(
                of: ["messages": [line["message"] ?? .null]],
                headers: RecordedHeaders([:])
            )
            .items.map(\.item)
            if line["isCompactSummary"]?.bool == true {
                conversation.endAnswer()
                conversation.thread.compact(.complete)
            }
            conversation.say(items, at: time, isPersons: Self.isPersons(line, items))
        case "assistant": conversation.take(answer: line, at: time, requests)
        case "attachment":
            conversation.take(attachment: line, at: time)
            let status = line["attachment"]?["context"]?["gitStatus"]?.string
            commit = commit ?? status?.firstMatch(of: /Recent commits:\s+([0-9a-f]{7,40})\s/).map { String($0.1) }
        case "system":
            if line["subtype"] == "compact_boundary" {
                conversation.endAnswer()
                conversation.thread.compact(.partial)
            }
        default: unknown[type, default: 0] += 1
        }
        conversations[id] = conversation
    }

    private mutating func threadID(of line: JSON) -> String {
        let main = sessionID ?? ""
        guard line["isSidechain"]?.bool == true else { return main }
        let uuid = line["uuid"]?.string ?? ""
        let id =
            line["agentId"]?.string ?? line["parentUuid"]?.string.flatMap { threadOfLine[$0] } ?? "sidechain-\(uuid)"
        threadOfLine[uuid] = id
        return id
    }

    private mutating func begin(_ id: String, _ line: JSON) -> ClaudeConversation {
        order.append(id)
        var thread = TranscriptThread(threadID: id, prices: prices)
        thread.isSubagent = id != sessionID
        return ClaudeConversation(thread: thread)
    }

    /// What a subagent was started for stands with the result of the call that started it.
    private mutating func takeName(_ line: JSON) {
        guard let id = line["toolUseResult"]?["agentId"]?.string else { return }
        names[id] = line["toolUseResult"]?["description"]?.string
    }

    private static func isPersons(_ line: JSON, _ items: [InputItem]) -> Bool {
        guard line["isMeta"]?.bool != true, line["isCompactSummary"]?.bool != true, line["promptSource"] != "system"
        else { return false }
        return items.contains(where: \.isPersons)
    }

    func transcript(of url: URL) -> Transcript? {
        guard let sessionID, !conversations.isEmpty else { return nil }
        let subagent = order.count == 1 && order[0] != sessionID ? order[0] : nil
        let threads = order.compactMap { id -> (TranscriptThread, SessionThread)? in
            guard var conversation = conversations[id] else { return nil }
            conversation.endAnswer()
            let isMain = id == sessionID
            let name = names[id] ?? Self.notes(beside: url)?["description"]?.string
            return (
                conversation.thread,
                SessionThread(
                    threadID: id,
                    parentThreadID: isMain ? nil : sessionID,
                    kind: isMain ? .main : .subagent,
                    name: isMain ? nil : name
                )
            )
        }
        let session = Session(
            sessionID,
            threads: threads.map { (thread: $0.0, facts: $0.1) },
            source: .claudeTranscript,
            createdAtMs: firstAtMs,
            updatedAtMs: lastAtMs
        )
        guard var session else { return nil }
        session.agent = AgentIdentity(name: "claude-cli", version: facts?["version"]?.string)
        session.repository = facts.map { facts in
            SessionRepository(
                directory: facts["cwd"]?.string,
                branch: facts["gitBranch"]?.string.flatMap { $0.isEmpty ? nil : $0 },
                commit: commit
            )
        }
        session.unknownEvents = unknown.isEmpty ? nil : unknown
        return Transcript(sessionID: sessionID, part: subagent ?? sessionID, session: session)
    }

    /// What Claude Code notes about a subagent beside its file.
    private static func notes(beside url: URL) -> JSON? {
        let notes = url.deletingPathExtension().appendingPathExtension("meta.json")
        return (try? Data(contentsOf: notes)).flatMap { try? JSON(parsing: $0) }
    }
}
