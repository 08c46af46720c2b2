import Foundation
public import OneShotCore

/// Sessions as JSON documents for scripts.
public enum SessionListing {
    /// The whole session (`docs/formats/session.md`).
    public static func json(_ session: Session) throws -> String {
        String(decoding: try StrictJSON.encode(session), as: UTF8.self)
    }

    /// What `oneshot sessions list --json` prints: a session's facts without its turns.
    public static func json(_ sessions: [Session]) throws -> String {
        let rows: [JSON] = sessions.map { session in
            [
                "session_id": .string(session.sessionID),
                "agent_session_ids": .array(session.agentSessionIDs.map { .string($0) }),
                "agent": JSON(session.agent?.name),
                "models": .array(session.models.map { .string($0) }),
                "created_at": .string(session.createdAt),
                "updated_at": .string(session.updatedAt),
                "turns": JSON(session.turns.count),
                "tool_calls": JSON(session.turns.reduce(0) { $0 + $1.toolCalls.count }),
                "input_tokens": JSON(session.usage.inputTokens),
                "cached_input_tokens": JSON(session.usage.cachedInputTokens),
                "output_tokens": JSON(session.usage.outputTokens),
                "is_live": .bool(session.turns.contains { $0.state == .inFlight }),
            ]
        }
        return JSON.array(rows).prettyText
    }
}
