import Foundation
import OneShotCore

/// Reads rollout files of the Codex CLI: `sessions/YYYY/MM/DD/rollout-….jsonl` in its home, one conversation a file.
///
/// Each line is `{timestamp, type, payload}`. What was said to the model and what it said come as items of the Responses
/// API; since version 0.163 a `token_usage_record` ends each answer and names it, before that a `token_count` did.
struct RolloutReader: TranscriptReader {
    private static let types: Set<String> = [
        "session_meta", "turn_context", "response_item", "event_msg", "compacted", "world_state", "token_usage_record",
    ]
    /// Items of the Responses API that a model makes.
    private static let outputs: Set<String> = ["reasoning", "compaction", "compaction_summary"]

    private let prices: PriceTable
    private var meta: JSON?
    private var thread: TranscriptThread?
    private var model: String?
    private var answer: [JSON] = []
    private var answeredAtMs: Int64?
    private var firstAtMs: Int64?
    private var lastAtMs: Int64?
    private var hasRecords = false
    private var lastTotal: JSON?
    private var hasInstructions = false
    private var unknown: [String: Int] = [:]

    init(prices: PriceTable) { self.prices = prices }

    static func fits(_ line: JSON) -> Bool {
        guard case .object = line["payload"] else { return false }
        return types.contains(line["type"]?.string ?? "")
    }

    mutating func take(_ line: JSON) {
        let payload = line["payload"] ?? .null
        let time = line["timestamp"]?.string.flatMap(Timestamp.milliseconds(iso:))
        firstAtMs = firstAtMs ?? time
        lastAtMs = time ?? lastAtMs
        switch line["type"]?.string {
        case "session_meta": begin(payload)
        case "turn_context": model = payload["model"]?.string ?? model
        case "response_item": take(item: payload, at: time, metadata: line["metadata"])
        case "event_msg": take(event: payload, at: time)
        case "token_usage_record":
            hasRecords = true
            end(payload["usage"], responseID: payload["response_id"]?.string, at: time)
        case "compacted": compact(payload, at: time)
        case "world_state": break
        case let type: unknown[type ?? "without a type", default: 0] += 1
        }
    }

    /// A copy of another conversation brings its own head along; the first one is this file's.
    private mutating func begin(_ payload: JSON) {
        guard meta == nil, let id = payload["id"]?.string else { return }
        meta = payload
        thread = TranscriptThread(threadID: id, prices: prices)
        thread?.isSubagent = payload["source"]?["subagent"] != nil
        // The history that a fork goes on from is in another file.
        if payload["forked_from_id"]?.string != nil { thread?.compact(.partial) }
        let text = payload["base_instructions"]?["text"]?.string ?? payload["instructions"]?.string ?? ""
        guard !text.isEmpty else { return }
        thread?.take([InputItem(kind: "message", role: "developer", text: text)], at: firstAtMs)
    }

    private mutating func take(item: JSON, at time: Int64?, metadata: JSON?) {
        let type = item["type"]?.string ?? ""
        let isOutput =
            Self.outputs.contains(type) || item["role"]?.string == "assistant"
            || type.hasSuffix("_call") && item["output"] == nil
        guard !isOutput else {
            answer.append(item)
            answeredAtMs = time ?? answeredAtMs
            return
        }
        // Before there were records, an answer ended where the next thing was said.
        if !answer.isEmpty { end(nil, responseID: nil, at: answeredAtMs, isKnown: !hasRecords) }
        let items = ResponsesDecoder.prompt(of: ["input": [item]], headers: RecordedHeaders([:])).items.map(\.item)
        thread?.take(items, at: time, isPersons: Self.isPersons(item, items.first))
    }

    /// Codex says what a message's parts are; older files leave it to the texts.
    private static func isPersons(_ item: JSON, _ told: InputItem?) -> Bool {
        guard item["role"]?.string == "user", let told else { return false }
        let kinds = item["internal_chat_message_metadata_passthrough"]?["content_item_kinds"]?.elements ?? []
        if !kinds.isEmpty { return kinds.contains { $0.string?.hasPrefix("user.") == true } }
        return told.isPersons
    }

    private mutating func take(event: JSON, at time: Int64?) {
        switch event["type"]?.string {
        case "token_count":
            guard !hasRecords, let info = event["info"], info["total_token_usage"] != lastTotal else { return }
            lastTotal = info["total_token_usage"]
            if answer.isEmpty {
                // It came after the results of the calls.
                let reading = info["last_token_usage"].flatMap(Self.usage)
                thread?.changeLast { turn in
                    guard turn.usage == nil, let reading else { return }
                    turn.usage = reading.usage
                    turn.providerUsage = reading.given
                    turn.usageProblems = reading.problems.isEmpty ? nil : reading.problems
                }
            } else {
                end(info["last_token_usage"], responseID: nil, at: answeredAtMs)
            }
        case "error":
            fail(event["message"]?.string ?? event.compactText, at: time)
        case "turn_aborted":
            if !answer.isEmpty { end(nil, responseID: nil, at: time, isKnown: false) }
        default: break
        }
    }

    private mutating func end(_ usage: JSON?, responseID: String?, at time: Int64?, isKnown: Bool = true) {
        var assembly = ResponseAssembly()
        assembly.take(whole: ["status": isKnown ? "completed" : "in_progress", "output": .array(answer)])
        var told = assembly.answer
        told.responseID = responseID
        told.usageReading = usage.flatMap(Self.usage)
        if !isKnown { told.state = .truncated }
        let kind: Turn.Kind? =
            answer.contains { $0["type"]?.string?.hasPrefix("compaction") == true } ? .compaction : nil
        thread?.answer(told, model: model, endedAtMs: time, stopReason: isKnown ? "completed" : nil, kind: kind)
        answer = []
        answeredAtMs = nil
    }

    private mutating func fail(_ message: String, at time: Int64?) {
        var told = ModelCall.Answer()
        told.state = .failed
        told.error = message
        answer = []
        thread?.answer(told, model: model, endedAtMs: time)
    }

    /// The answer before it was the summary; what comes next is sent in the place of the history.
    private mutating func compact(_ payload: JSON, at time: Int64?) {
        if !answer.isEmpty { end(nil, responseID: nil, at: time) }
        let summary = payload["message"]?.string ?? ""
        thread?.changeLast { turn in
            guard turn.output.isEmpty || turn.output == summary, turn.toolCalls.isEmpty else { return }
            turn.kind = .compaction
            turn.output = summary
        }
        let history = payload["replacement_history"]?.elements ?? []
        let items = ResponsesDecoder.prompt(of: ["input": .array(history)], headers: RecordedHeaders([:])).items.map(
            \.item
        )
        let isOpaque = history.contains { $0["encrypted_content"]?.string != nil }
        thread?.compact(isOpaque ? .opaque : history.isEmpty ? .partial : .complete)
        thread?.take(items, at: time)
    }

    /// From the names of a rollout to those of the API.
    private static func usage(_ usage: JSON) -> UsageReading? {
        guard case .object = usage else { return nil }
        return UsageReading(responses: [
            "input_tokens": usage["input_tokens"] ?? 0,
            "input_tokens_details": [
                "cached_tokens": usage["cached_input_tokens"] ?? 0,
                "cache_write_tokens": usage["cache_write_input_tokens"] ?? 0,
            ],
            "output_tokens": usage["output_tokens"] ?? 0,
            "output_tokens_details": ["reasoning_tokens": usage["reasoning_output_tokens"] ?? 0],
            "total_tokens": usage["total_tokens"] ?? 0,
        ])
    }

    func transcript(of url: URL) -> Transcript? {
        var whole = self
        if !answer.isEmpty { whole.end(nil, responseID: nil, at: answeredAtMs, isKnown: false) }
        guard let meta, let thread = whole.thread else { return nil }
        let sessionID =
            meta["session_id"]?.string ?? meta["source"]?["subagent"]?["thread_spawn"]?["parent_thread_id"]?
            .string ?? thread.threadID
        let facts = SessionThread(
            threadID: thread.threadID,
            parentThreadID: Self.parent(meta),
            kind: thread.isSubagent ? .subagent : .main,
            name: Self.name(meta)
        )
        let session = Session(
            sessionID,
            threads: [(thread, facts)],
            source: .codexRollout,
            createdAtMs: meta["timestamp"]?.string.flatMap(Timestamp.milliseconds(iso:)) ?? firstAtMs,
            updatedAtMs: lastAtMs
        )
        guard var session else { return nil }
        session.agent = meta["originator"]?.string.map { AgentIdentity(name: $0, version: meta["cli_version"]?.string) }
        let git = meta["git"]
        session.repository = SessionRepository(
            directory: meta["cwd"]?.string,
            remoteURL: git?["repository_url"]?.string,
            branch: git?["branch"]?.string,
            commit: git?["commit_hash"]?.string
        )
        session.unknownEvents = unknown.isEmpty ? nil : unknown
        return Transcript(sessionID: sessionID, part: thread.threadID, session: session)
    }

    private static func parent(_ meta: JSON) -> String? {
        meta["source"]?["subagent"]?["thread_spawn"]?["parent_thread_id"]?.string ?? meta["parent_thread_id"]?.string
    }

    private static func name(_ meta: JSON) -> String? {
        let subagent = meta["source"]?["subagent"]
        let spawn = subagent?["thread_spawn"]
        return ["agent_path", "agent_nickname", "agent_role"].lazy.compactMap { spawn?[$0]?.string }.first
            ?? subagent?.string
    }
}
