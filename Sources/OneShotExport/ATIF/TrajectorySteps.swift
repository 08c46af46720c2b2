import OneShotCore

/// The steps of one conversation, numbered from 1.
struct TrajectorySteps {
    private var steps: [JSON] = []
    private let subagents: [Conversation]

    init(_ conversation: Conversation) {
        subagents = conversation.subagents
        for utterance in conversation.utterances {
            switch utterance {
            case .message(let item, let turn): add(item, in: turn)
            case .copied(let call, let turn): add(call, in: turn)
            case .result(let item, let turn):
                addStep("system", at: turn.startedAt, ["message": item.text.json, "extra": extra(of: item)])
            case .answer(let turn): add(turn)
            }
        }
    }

    var json: [JSON] { steps }

    private mutating func addStep(_ source: String, at timestamp: String, _ members: KeyValuePairs<String, JSON?>) {
        let head: [JSON.Member] = [
            .init("step_id", (steps.count + 1).json), .init("timestamp", timestamp.json),
            .init("source", source.json),
        ]
        steps.append(.object(head + JSON.members(members).members))
    }

    private mutating func add(_ item: InputItem, in turn: Turn) {
        let extra = extra(of: item)
        switch item.role {
        case "assistant":
            // The answer to a call that was not recorded: the client sent it back.
            addStep(
                "agent",
                at: turn.startedAt,
                ["message": item.text.json, "is_copied_context": true, "llm_call_count": 0, "extra": extra]
            )
        case "user":
            addStep("user", at: turn.startedAt, ["message": item.text.json, "extra": extra])
        default:
            addStep("system", at: turn.startedAt, ["message": item.text.json, "extra": extra])
        }
    }

    private mutating func add(_ call: ToolCall, in turn: Turn) {
        addStep(
            "agent",
            at: turn.startedAt,
            [
                "message": "", "tool_calls": .array([call.trajectoryJSON]),
                "observation": observation(of: [call], startedIn: nil),
                "is_copied_context": true, "llm_call_count": 0,
            ]
        )
    }

    private mutating func add(_ turn: Turn) {
        // A call that we refused never reached a model.
        let wasCalled = turn.state != .refused
        addStep(
            "agent",
            at: turn.startedAt,
            [
                "model_name": turn.model?.json,
                "message": turn.output.json,
                "reasoning_content": turn.reasoning.isEmpty ? nil : turn.reasoning.joined(separator: "\n\n").json,
                "tool_calls": turn.toolCalls.isEmpty ? nil : .array(turn.toolCalls.map(\.trajectoryJSON)),
                "observation": observation(of: turn.toolCalls, startedIn: turn),
                "metrics": wasCalled ? metrics(of: turn) : nil,
                "llm_call_count": wasCalled ? 1 : 0,
                "extra": extra(of: turn),
            ]
        )
    }

    /// The results of the calls, and the subagents that were started meanwhile.
    private func observation(of calls: [ToolCall], startedIn turn: Turn?) -> JSON? {
        let started = subagents.filter { $0.start != nil && $0.start?.turn == turn?.index }
        var results = calls.compactMap { call -> JSON? in
            let references = started.filter { $0.start?.callID == call.callID }.compactMap(\.reference)
            guard call.result != nil || !references.isEmpty else { return nil }
            return .members([
                "source_call_id": call.callID.json, "content": call.result?.json,
                "subagent_trajectory_ref": references.isEmpty ? nil : .array(references),
                "extra": .someMembers(["is_error": call.isError.map { .bool($0) }]),
            ])
        }
        let others = started.filter { $0.start?.callID == nil }.compactMap(\.reference)
        if !others.isEmpty { results.append(["subagent_trajectory_ref": .array(others)]) }
        return results.isEmpty ? nil : ["results": .array(results)]
    }

    private func metrics(of turn: Turn) -> JSON? {
        guard let usage = turn.usage else { return nil }
        return .members([
            "prompt_tokens": usage.inputTokens.json,
            "completion_tokens": usage.outputTokens.json,
            "cached_tokens": usage.cachedInputTokens.json,
            "cost_usd": turn.costUSD?.json,
            "extra": .members([
                "reasoning_tokens": usage.reasoningTokens.json,
                "cache_write_tokens": usage.cacheWriteTokens > 0 ? usage.cacheWriteTokens.json : nil,
            ]),
        ])
    }

    private func extra(of item: InputItem) -> JSON? {
        .someMembers([
            "kind": item.kind == "message" ? nil : item.kind.json,
            "role": ["user", "system", "assistant", nil].contains(item.role) ? nil : item.role?.json,
            "call_id": item.callID?.json,
        ])
    }

    private func extra(of turn: Turn) -> JSON {
        .members([
            "turn": turn.index.json,
            "kind": turn.kind?.rawValue.json,
            "state": turn.state.rawValue.json,
            "thread_id": turn.threadID?.json,
            "response_id": turn.responseID?.json,
            "stop_reason": turn.stopReason?.json,
            "retry_of_turn": turn.retryOf?.json,
            "first_byte_ms": turn.firstByteMs?.json,
            "duration_ms": turn.durationMs?.json,
            "idle_ms": turn.idleMs?.json,
            "error": turn.error?.json,
        ])
    }
}

extension ToolCall {
    fileprivate var trajectoryJSON: JSON {
        .members([
            "tool_call_id": callID.json, "function_name": name.json, "arguments": argumentsObject,
            "extra": isFunction ? nil : ["is_free_text": true],
        ])
    }
}

extension Conversation {
    fileprivate var reference: JSON? {
        guard let thread else { return nil }
        return .members([
            "trajectory_id": thread.threadID.json, "extra": .someMembers(["name": thread.name?.json]),
        ])
    }
}
