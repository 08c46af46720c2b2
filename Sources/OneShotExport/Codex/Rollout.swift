import Foundation
import OneShotCore
import OneShotRedaction

/// A session in the form of Codex's rollout files, JSON Lines of `{timestamp, type, payload}`: one file for each
/// conversation, as Codex itself has it. The Hub's trace viewer reads them, whatever agent it was.
struct Rollout {
    private let session: Session
    private let conversation: Conversation
    private let parent: String?
    private let program: String
    private var lines: [String] = []
    private var usage = Usage()
    private var model: String?

    static func documents(_ redacted: RedactedSession, version: String) -> [SessionExport.Document] {
        var documents: [SessionExport.Document] = []
        func add(_ conversation: Conversation, below parent: String?) {
            let rollout = Rollout(conversation, of: redacted.session, below: parent, version: version)
            let isRoot = documents.isEmpty
            let id = rollout.id
            documents.append(.init(thread: isRoot ? nil : id, text: rollout.text))
            for child in conversation.subagents { add(child, below: id) }
        }
        add(Conversation(redacted.session), below: nil)
        return documents
    }

    private init(_ conversation: Conversation, of session: Session, below parent: String?, version: String) {
        self.session = session
        self.conversation = conversation
        self.parent = parent
        program = version
        let utterances = conversation.utterances
        let instructions = Self.baseInstructions(in: utterances)
        addHead(instructions: instructions)
        var isFirstInstruction = true
        for utterance in utterances {
            if case .message(let item, _) = utterance, item.role == "system", item.text == instructions,
                isFirstInstruction
            {
                isFirstInstruction = false
                continue
            }
            add(utterance)
        }
    }

    private var text: String { lines.joined(separator: "\n") + "\n" }
    private var id: String { conversation.thread?.threadID ?? session.agentSessionIDs.first ?? session.sessionID }

    /// Codex has its instructions in the first line; other agents send them as the system's first words.
    private static func baseInstructions(in utterances: [Utterance]) -> String? {
        utterances.lazy.compactMap { utterance in
            guard case .message(let item, _) = utterance, item.role == "system" else { return nil }
            return item.text
        }.first
    }

    // MARK: - Lines

    private mutating func addLine(_ type: String, at timestamp: String, _ payload: JSON) {
        let line: JSON = ["timestamp": timestamp.json, "type": type.json, "payload": payload]
        lines.append(Self.escaped(line.compactText))
    }

    /// Line ends of Unicode as JSON escapes: readers written in Python cut lines at them (`str.splitlines`).
    private static func escaped(_ text: String) -> String {
        let lineEnds: Set<Unicode.Scalar> = ["\u{85}", "\u{2028}", "\u{2029}"]
        guard text.unicodeScalars.contains(where: lineEnds.contains) else { return text }
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if lineEnds.contains(scalar) {
                let digits = String(scalar.value, radix: 16)
                result += "\\u\(String(repeating: "0", count: 4 - digits.count))\(digits)".unicodeScalars
            } else {
                result.append(scalar)
            }
        }
        return String(result)
    }

    private mutating func addItem(_ type: String, at timestamp: String, _ members: KeyValuePairs<String, JSON?>) {
        let payload = [JSON.Member("type", type.json)] + JSON.members(members).members
        addLine("response_item", at: timestamp, .object(payload))
    }

    private mutating func addEvent(_ type: String, at timestamp: String, _ members: KeyValuePairs<String, JSON?>) {
        let payload = [JSON.Member("type", type.json)] + JSON.members(members).members
        addLine("event_msg", at: timestamp, .object(payload))
    }

    private mutating func addHead(instructions: String?) {
        let tools = ToolDefinition.all(offeredIn: conversation.turns).map(\.functionJSON)
        let repository = session.repository
        let start = conversation.turns.first?.startedAt ?? session.createdAt
        let spawn: JSON? = parent.map { ["subagent": ["thread_spawn": ["parent_thread_id": $0.json]]] }
        addLine(
            "session_meta",
            at: start,
            .members([
                "id": id.json,
                "session_id": session.sessionID.json,
                "timestamp": start.json,
                "cwd": (repository?.directory ?? "").json,
                "originator": (session.agent?.name ?? "unknown").json,
                "cli_version": (session.agent?.version ?? "unknown").json,
                "source": spawn ?? "exec",
                "model_provider": ModelProvider.name(of: conversation.turns.first)?.json,
                "base_instructions": instructions.map { ["text": $0.json] },
                "git": .someMembers([
                    "commit_hash": repository?.commit?.json, "branch": repository?.branch?.json,
                    "repository_url": repository?.remoteURL?.json,
                ]),
                "tools": tools.isEmpty ? nil : .array(tools),
                "exported_by": ["name": "oneshot", "version": program.json],
            ])
        )
    }

    private mutating func add(_ utterance: Utterance) {
        switch utterance {
        case .message(let item, let turn):
            addContext(of: turn)
            add(item, at: turn.startedAt)
        case .copied(let call, let turn):
            addContext(of: turn)
            add(call, at: turn.startedAt)
            addResult(of: call, at: turn.startedAt)
        case .result(let item, let turn):
            addContext(of: turn)
            addItem(
                "function_call_output",
                at: turn.startedAt,
                ["call_id": (item.callID ?? "").json, "output": item.text.json]
            )
        case .answer(let turn):
            addContext(of: turn)
            addAnswer(of: turn)
        }
    }

    /// Before the first words for a model.
    private mutating func addContext(of turn: Turn) {
        guard let name = turn.model, name != model else { return }
        model = name
        addLine(
            "turn_context",
            at: turn.startedAt,
            .members(["cwd": (session.repository?.directory ?? "").json, "model": name.json])
        )
    }

    private mutating func add(_ item: InputItem, at timestamp: String) {
        guard item.kind == "message" else {
            // Codex has a line for a summary in place of the history; the rest keeps the provider's word.
            if item.kind.contains("compaction") {
                addLine("compacted", at: timestamp, ["message": item.text.json])
            } else {
                addItem(item.kind, at: timestamp, ["text": item.text.json])
            }
            return
        }
        let role = item.role ?? "user"
        let kind = role == "assistant" ? "output_text" : "input_text"
        addItem(
            "message",
            at: timestamp,
            ["role": role.json, "content": [["type": kind.json, "text": item.text.json]]]
        )
        if role == "user", !Self.isContext(item.text) {
            addEvent("user_message", at: timestamp, ["message": item.text.json, "images": []])
        }
    }

    /// What agents say in the person's name: where they are, and the person's standing instructions.
    private static func isContext(_ text: String) -> Bool {
        let start = text.drop { $0.isWhitespace }
        return ["<environment_context>", "<user_instructions>", "<system-reminder>", "# AGENTS.md instructions"]
            .contains { start.hasPrefix($0) }
    }

    private mutating func addAnswer(of turn: Turn) {
        let end = turn.endedAt
        for text in turn.reasoning {
            addEvent("agent_reasoning", at: end, ["text": text.json])
            addItem("reasoning", at: end, ["summary": [["type": "summary_text", "text": text.json]]])
        }
        if !turn.output.isEmpty {
            addEvent("agent_message", at: end, ["message": turn.output.json])
            addItem(
                "message",
                at: end,
                ["role": "assistant", "content": [["type": "output_text", "text": turn.output.json]]]
            )
        }
        for call in turn.toolCalls { add(call, at: end) }
        if let used = turn.usage {
            usage = usage + used
            addEvent(
                "token_count",
                at: end,
                ["info": ["total_token_usage": usage.rolloutJSON, "last_token_usage": used.rolloutJSON]]
            )
        }
        if let problem = turn.problem { addEvent("error", at: end, ["message": problem.json]) }
        for call in turn.toolCalls { addResult(of: call, at: end) }
    }

    private mutating func add(_ call: ToolCall, at timestamp: String) {
        if call.isFunction {
            let arguments = call.arguments.isEmpty ? "{}" : call.arguments
            addItem(
                "function_call",
                at: timestamp,
                ["name": call.name.json, "arguments": arguments.json, "call_id": call.callID.json]
            )
        } else {
            addItem(
                "custom_tool_call",
                at: timestamp,
                [
                    "status": "completed", "call_id": call.callID.json, "name": call.name.json,
                    "input": call.arguments.json,
                ]
            )
        }
    }

    private mutating func addResult(of call: ToolCall, at timestamp: String) {
        guard let result = call.result else { return }
        addItem(
            call.isFunction ? "function_call_output" : "custom_tool_call_output",
            at: timestamp,
            ["call_id": call.callID.json, "output": result.json]
        )
    }
}

extension Turn {
    /// One line about a turn that did not come to its end.
    var problem: String? {
        switch state {
        case .complete, .inFlight: error
        case .incomplete: error ?? "the provider stopped early" + (stopReason.map { ": \($0)" } ?? "")
        case .failed: error ?? "the provider answered with an error"
        case .truncated: error ?? "the stream was cut before its end"
        case .refused: error ?? "OneShot refused the call: a limit was reached"
        }
    }
}

extension Usage {
    fileprivate var rolloutJSON: JSON {
        [
            "input_tokens": inputTokens.json, "cached_input_tokens": cachedInputTokens.json,
            "output_tokens": outputTokens.json, "reasoning_output_tokens": reasoningTokens.json,
            "total_tokens": totalTokens.json,
        ]
    }
}
