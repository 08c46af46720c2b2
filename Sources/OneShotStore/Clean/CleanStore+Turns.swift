import Foundation
import GRDB
public import OneShotCore

/// A recorded session as it is stored, without its turns: what tells whether it has changed, and from which turn on.
public struct StoredSession: Sendable, Equatable {
    /// Everything but the turns.
    public var session: Session
    public var turnCount: Int
    /// These will not change any more, but for results of their calls.
    public var settledTurns: Int
    /// The last exchange that they were read from.
    public var settledExchange: Int64
}

extension CleanStore {
    /// A recorded session without its turns.
    public func storedSession(_ id: String) async throws -> StoredSession? {
        try await read { database in
            try Row.fetchOne(
                database,
                sql: """
                    SELECT head || tail, turns, settled_turns, settled_exchange FROM sessions WHERE session_id = ?
                    """,
                arguments: [id]
            ).map { row in
                StoredSession(
                    session: try Self.session(fromJSON: row[0]),
                    turnCount: row[1],
                    settledTurns: row[2],
                    settledExchange: row[3]
                )
            }
        }
    }

    /// A recorded session, by its id or by the agent's own.
    public func recordedSession(_ id: String) async throws -> Session? {
        guard let id = try await recordedID(id) else { return nil }
        return try await session(id)
    }

    /// Some turns of a recorded session, in their order.
    ///
    /// - Parameter position: the last turn that is not wanted, counted from 1.
    public func turns(of sessionID: String, after position: Int, limit: Int = .max) async throws -> [Turn] {
        let texts = try await read { database in
            try String.fetchAll(
                database,
                sql: """
                    SELECT json FROM turns WHERE session = (SELECT id FROM sessions WHERE session_id = ?)
                    AND position > ? ORDER BY position LIMIT ?
                    """,
                arguments: [sessionID, position, limit]
            )
        }
        return try texts.map { try decoded($0) }
    }
}

// MARK: - Which there are

extension CleanStore {
    /// The recorded session with this id, or with this id of the agent's own.
    public func recordedID(_ id: String) async throws -> String? {
        try await read { database in
            try String.fetchOne(
                database,
                sql: """
                    SELECT session_id FROM sessions WHERE session_id = ?1
                    OR session_id = (SELECT session_id FROM agent_sessions WHERE agent_session_id = ?1)
                    ORDER BY session_id = ?1 DESC
                    """,
                arguments: [id]
            )
        }
    }

    /// The recorded sessions that changed last, the newest first.
    public func newestIDs(limit: Int) async throws -> [(id: String, updatedAt: String)] {
        try await read { database in
            try Row.fetchAll(
                database,
                sql: "SELECT session_id, updated_at FROM sessions ORDER BY updated_at DESC, session_id LIMIT ?",
                arguments: [limit]
            ).map { ($0[0], $0[1]) }
        }
    }

    /// The ids of the sessions, recorded or imported, whose own id or agent's id begins so.
    public func sessionIDs(startingWith prefix: String) async throws -> [String] {
        try await read { database in
            try String.fetchAll(
                database,
                sql: """
                    SELECT session_id FROM sessions WHERE substr(session_id, 1, length(?1)) = ?1
                    UNION SELECT session_id FROM agent_sessions JOIN sessions USING (session_id)
                        WHERE substr(agent_session_id, 1, length(?1)) = ?1
                    UNION SELECT session_id FROM imported_sessions AS i
                        WHERE substr(session_id, 1, length(?1)) = ?1
                        AND NOT EXISTS (SELECT 1 FROM agent_sessions WHERE agent_session_id = i.session_id)
                    ORDER BY 1
                    """,
                arguments: [prefix]
            )
        }
    }
}

// MARK: - What has changed

extension CleanStore {
    /// What tells whether a recorded session has changed since somebody looked.
    public struct Stamp: Sendable, Equatable {
        public var sessionID: String
        public var updatedAt: String
        public var turnCount: Int
        public var settledTurns: Int
        public var settledExchange: Int64
    }

    public func stamps() async throws -> [Stamp] {
        try await read { database in
            try Row.fetchAll(
                database,
                sql: "SELECT session_id, updated_at, turns, settled_turns, settled_exchange FROM sessions"
            ).map {
                Stamp(
                    sessionID: $0[0],
                    updatedAt: $0[1],
                    turnCount: $0[2],
                    settledTurns: $0[3],
                    settledExchange: $0[4]
                )
            }
        }
    }

    /// A number that grows with each change of a session.
    public func version() async throws -> Int64 {
        try await read { database in
            let cursor = try Int64.fetchOne(database, sql: "SELECT last_revision FROM cursor") ?? 0
            return cursor &+ (try Self.importVersion(database) &<< 40)
        }
    }

    /// A text that differs whenever a session, recorded or imported, has changed.
    public func catalog() async throws -> String {
        try await read { database in
            let newest = try String.fetchOne(database, sql: "SELECT MAX(updated_at) FROM sessions") ?? ""
            let cursor = try Int64.fetchOne(database, sql: "SELECT last_revision FROM cursor") ?? 0
            return "\(cursor) \(try Self.importVersion(database)) \(newest)"
        }
    }
}
