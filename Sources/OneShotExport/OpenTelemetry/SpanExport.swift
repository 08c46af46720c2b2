import Foundation
import OneShotCore
import OneShotRedaction

/// A session as one trace of OpenTelemetry: an `ExportTraceServiceRequest` in OTLP/JSON, by the conventions for GenAI
/// (https://github.com/open-telemetry/semantic-conventions-genai).
///
/// `invoke_agent` is the whole conversation; below it are `chat` for each call of the model and `execute_tool` for each
/// call of a tool, which is linked to the `chat` that asked for it. A subagent's `invoke_agent` is below the tool that
/// started it.
struct SpanExport {
    private let session: Session
    private let manifest: RedactionManifest
    private let version: String

    init(_ redacted: RedactedSession, version: String) {
        session = redacted.session
        manifest = redacted.manifest
        self.version = version
    }

    /// On one line, as collectors read files of it.
    var text: String {
        let trace = SpanID.trace(of: session.sessionID)
        let spans = spans(of: Conversation(session), below: nil).map { $0.json(trace: trace) }
        var resource = SpanAttributes()
        resource.add("service.name", session.agent?.name ?? "unknown")
        resource.add("service.version", session.agent?.version)
        resource.add("vcs.repository.url.full", session.repository?.remoteURL)
        resource.add("vcs.ref.head.name", session.repository?.branch)
        resource.add("vcs.ref.head.revision", session.repository?.commit)
        let request: JSON = [
            "resourceSpans": [
                [
                    "resource": ["attributes": resource.json],
                    "scopeSpans": [
                        ["scope": ["name": "oneshot", "version": version.json], "spans": .array(spans)]
                    ],
                ]
            ]
        ]
        return request.compactText + "\n"
    }

    private func id(_ thing: String) -> SpanID { SpanID(thing, of: session.sessionID) }

    private func spans(of conversation: Conversation, below parent: SpanID?) -> [Span] {
        let agent = agentSpan(of: conversation, below: parent)
        let ends = resultTimes(in: conversation)
        var spans = [agent]
        for turn in conversation.turns {
            let chat = chatSpan(of: turn, below: agent.id)
            spans.append(chat)
            for (number, call) in turn.toolCalls.enumerated() {
                spans.append(toolSpan(of: call, number, in: turn, after: chat, below: agent.id, ends: ends))
            }
        }
        for child in conversation.subagents {
            let call = child.start?.callID.flatMap { id in
                conversation.turns.lazy.compactMap { turn in
                    turn.toolCalls.firstIndex { $0.callID == id }.map { self.id("tool \(turn.index) \($0)") }
                }.first
            }
            spans += self.spans(of: child, below: call ?? agent.id)
        }
        return spans
    }

    // MARK: - Times

    private func start(of turn: Turn) -> Int64 {
        Timestamp.milliseconds(iso: turn.startedAt) ?? Timestamp.milliseconds(iso: session.createdAt) ?? 0
    }

    /// A call that is still going on ends where the session does.
    private func end(of turn: Turn) -> Int64 {
        if let duration = turn.durationMs { return start(of: turn) + Int64(duration) }
        return turn.state == .inFlight
            ? Timestamp.milliseconds(iso: session.updatedAt) ?? start(of: turn) : start(of: turn)
    }

    /// When the client sent the result of a call: the tool had ended by then.
    private func resultTimes(in conversation: Conversation) -> [String: Int64] {
        var times: [String: Int64] = [:]
        for turn in conversation.turns {
            for item in turn.input where item.kind == "tool_result" {
                if let id = item.callID, times[id] == nil { times[id] = start(of: turn) }
            }
        }
        return times
    }

    // MARK: - Spans

    private func agentSpan(of conversation: Conversation, below parent: SpanID?) -> Span {
        let turns = conversation.turns
        let name = conversation.thread?.name ?? session.agent?.name
        var span = Span(
            id: id("agent \(conversation.thread?.threadID ?? "")"),
            parent: parent,
            name: name.map { "invoke_agent \($0)" } ?? "invoke_agent",
            kind: .internal,
            startMs: turns.map { start(of: $0) }.min() ?? 0,
            endMs: turns.map { end(of: $0) }.max() ?? 0
        )
        let usage = turns.compactMap(\.usage).reduce(Usage(), +)
        span.attributes.add("gen_ai.operation.name", "invoke_agent")
        span.attributes.add("gen_ai.provider.name", ModelProvider.name(of: turns.first) ?? "unknown")
        span.attributes.add("gen_ai.agent.name", name)
        span.attributes.add("gen_ai.agent.version", session.agent?.version)
        span.attributes.add("gen_ai.agent.id", conversation.thread?.threadID)
        span.attributes.add("gen_ai.conversation.id", conversation.thread?.threadID ?? session.sessionID)
        span.attributes.add("session.id", session.sessionID)
        span.attributes.add("gen_ai.request.model", turns.lazy.compactMap(\.model).first)
        span.attributes.add(usage)
        let costs = turns.compactMap(\.costUSD)
        span.attributes.add("oneshot.cost_usd", costs.isEmpty ? nil : costs.reduce(0, +))
        if parent == nil {
            for (rule, count) in manifest.rules.sorted(by: { $0.key < $1.key }) {
                span.attributes.add("oneshot.redactions.\(rule)", count.places)
            }
        }
        if let last = turns.last { span.fail(with: last) }
        return span
    }

    private func chatSpan(of turn: Turn, below agent: SpanID) -> Span {
        var span = Span(
            id: id("turn \(turn.index)"),
            parent: agent,
            link: turn.retryOf.map { id("turn \($0)") },
            name: turn.model.map { "chat \($0)" } ?? "chat",
            kind: .client,
            startMs: start(of: turn),
            endMs: end(of: turn)
        )
        span.attributes.add("gen_ai.operation.name", "chat")
        span.attributes.add("gen_ai.provider.name", ModelProvider.name(of: turn) ?? "unknown")
        span.attributes.add("gen_ai.conversation.id", turn.threadID ?? session.sessionID)
        span.attributes.add("gen_ai.request.model", turn.model)
        if turn.state == .complete || turn.state == .incomplete {
            span.attributes.add("gen_ai.response.model", turn.model)
        }
        span.attributes.add("gen_ai.response.id", turn.responseID)
        span.attributes.add("gen_ai.request.previous_response.id", turn.previousResponseID)
        span.attributes.add("gen_ai.response.finish_reasons", texts: turn.finishReason.map { [$0] } ?? [])
        span.attributes.add("gen_ai.response.time_to_first_chunk", turn.firstByteMs.map { Double($0) / 1000 })
        if turn.kind == .compaction { span.attributes.add("gen_ai.conversation.compacted", true) }
        if let usage = turn.usage { span.attributes.add(usage) }
        span.attributes.add("gen_ai.system_instructions", parts: turn.instructionParts)
        span.attributes.add("gen_ai.input.messages", parts: turn.inputMessages)
        span.attributes.add("gen_ai.output.messages", parts: turn.outputMessages)
        span.attributes.add("gen_ai.tool.definitions", parts: ToolDefinition.all(offeredIn: [turn]).map(\.spanJSON))
        span.attributes.add("oneshot.turn.index", turn.index)
        span.attributes.add("oneshot.turn.kind", turn.kind?.rawValue)
        span.attributes.add("oneshot.turn.state", turn.state.rawValue)
        span.attributes.add("oneshot.turn.idle_ms", turn.idleMs)
        span.attributes.add("oneshot.cost_usd", turn.costUSD)
        span.fail(with: turn)
        return span
    }

    private func toolSpan(
        of call: ToolCall,
        _ number: Int,
        in turn: Turn,
        after chat: Span,
        below agent: SpanID,
        ends: [String: Int64]
    ) -> Span {
        var span = Span(
            id: id("tool \(turn.index) \(number)"),
            parent: agent,
            link: chat.id,
            name: "execute_tool \(call.name)",
            kind: .internal,
            startMs: chat.endMs,
            endMs: ends[call.callID] ?? chat.endMs
        )
        span.attributes.add("gen_ai.operation.name", "execute_tool")
        span.attributes.add("gen_ai.tool.name", call.name)
        span.attributes.add("gen_ai.tool.call.id", call.callID)
        span.attributes.add("gen_ai.tool.type", "function")
        span.attributes.add("gen_ai.tool.call.arguments", call.arguments)
        span.attributes.add("gen_ai.tool.call.result", call.result)
        if call.isError == true {
            span.attributes.add("error.type", "tool_error")
            span.error = "the agent says that the tool failed"
        }
        return span
    }
}

extension Span {
    /// Marks the span of a turn that failed.
    fileprivate mutating func fail(with turn: Turn) {
        guard ![.complete, .inFlight].contains(turn.state), let problem = turn.problem else { return }
        attributes.add("error.type", turn.state.rawValue)
        error = problem
    }
}

extension SpanAttributes {
    /// By the conventions the input includes what was read from a cache and written to it, as ours does.
    fileprivate mutating func add(_ usage: Usage) {
        add("gen_ai.usage.input_tokens", usage.inputTokens)
        add("gen_ai.usage.output_tokens", usage.outputTokens)
        add("gen_ai.usage.cache_read.input_tokens", usage.cachedInputTokens)
        add("gen_ai.usage.cache_write.input_tokens", usage.cacheWriteTokens > 0 ? usage.cacheWriteTokens : nil)
        add("gen_ai.usage.reasoning.output_tokens", usage.reasoningTokens)
    }
}
