import OneShotCore
public import OneShotRedaction

/// A session in the Agent Trajectory Interchange Format, version 1.8 (Harbor,
/// https://www.harborframework.com/docs/agents/trajectory-format).
///
/// A step is either what somebody told the agent, or one call of the model with its reasoning, its calls of tools, and the
/// results that these got. Subagents are trajectories of their own inside the one that started them.
public struct Trajectory {
    static let schemaVersion = "ATIF-v1.8"

    private let session: Session
    private let manifest: RedactionManifest
    private let program: String

    /// - Parameter version: of the program that writes.
    public init(_ redacted: RedactedSession, version: String) {
        session = redacted.session
        manifest = redacted.manifest
        program = version
    }

    /// The whole document, on several lines.
    ///
    /// - Throws: ``ExportError/empty(session:)``: the format knows no trajectory without a step.
    public func text() throws -> String {
        guard !session.turns.isEmpty else { throw ExportError.empty(session: session.sessionID) }
        return json(of: Conversation(session), isRoot: true).prettyText
    }

    private func json(of conversation: Conversation, isRoot: Bool) -> JSON {
        let tools = ToolDefinition.all(offeredIn: conversation.turns).map(\.functionJSON)
        let steps = TrajectorySteps(conversation).json
        return .members([
            "schema_version": Self.schemaVersion.json,
            "session_id": session.sessionID.json,
            "trajectory_id": id(of: conversation).json,
            "agent": .members([
                "name": (session.agent?.name ?? "unknown").json,
                "version": (session.agent?.version ?? "unknown").json,
                "model_name": conversation.turns.lazy.compactMap(\.model).first?.json,
                "tool_definitions": tools.isEmpty ? nil : .array(tools),
                "extra": .someMembers(["thread_name": conversation.thread?.name?.json]),
            ]),
            "steps": .array(steps),
            "final_metrics": finalMetrics(of: conversation, steps: steps.count),
            "subagent_trajectories": conversation.subagents.isEmpty
                ? nil : .array(conversation.subagents.map { json(of: $0, isRoot: false) }),
            "extra": isRoot ? rootExtra : nil,
        ])
    }

    private func id(of conversation: Conversation) -> String { conversation.thread?.threadID ?? session.sessionID }

    /// Tokens and steps of this conversation alone: those below it have their own. By the format the cost has theirs in it.
    private func finalMetrics(of conversation: Conversation, steps: Int) -> JSON {
        let usage = conversation.turns.compactMap(\.usage).reduce(Usage(), +)
        let costs = conversation.all.flatMap(\.turns).compactMap(\.costUSD)
        return .members([
            "total_prompt_tokens": usage.inputTokens.json,
            "total_completion_tokens": usage.outputTokens.json,
            "total_cached_tokens": usage.cachedInputTokens.json,
            "total_cost_usd": costs.isEmpty ? nil : costs.reduce(0, +).json,
            "total_steps": steps.json,
            "extra": .members([
                "total_reasoning_tokens": usage.reasoningTokens.json,
                "total_cache_write_tokens": usage.cacheWriteTokens > 0 ? usage.cacheWriteTokens.json : nil,
            ]),
        ])
    }

    private var rootExtra: JSON {
        let repository = session.repository
        return .members([
            "exporter": ["name": "oneshot", "version": program.json],
            "created_at": session.createdAt.json,
            "updated_at": session.updatedAt.json,
            "agent_session_ids": session.agentSessionIDs.isEmpty ? nil : .texts(session.agentSessionIDs),
            "sources": session.sources.isEmpty ? nil : .texts(session.sources.map(\.rawValue)),
            "repository": .someMembers([
                "directory": repository?.directory?.json, "remote_url": repository?.remoteURL?.json,
                "branch": repository?.branch?.json, "commit": repository?.commit?.json,
            ]),
            "redactions": manifest.rules.isEmpty ? nil : manifest.placesByRule,
        ])
    }
}

extension RedactionManifest {
    /// How many places each rule has emptied, by its id.
    var placesByRule: JSON { .object(rules.sorted { $0.key < $1.key }.map { .init($0.key, $0.value.places.json) }) }
}
