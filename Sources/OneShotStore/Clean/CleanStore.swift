public import Foundation
import GRDB
public import OneShotCore

/// The cleaner's database: one row of `cleaned_sessions` for each session.
public struct CleanStore: Sendable {
    private let pool: DatabasePool

    /// Opens the database, creating and migrating it where needed.
    ///
    /// - Throws: ``StoreError/unusable(path:reason:)``, ``FileError``.
    public static func openForWriting(_ url: URL) throws -> CleanStore {
        CleanStore(pool: try DatabaseFile.openForWriting(url, migrator: migrator))
    }

    /// - Throws: ``StoreError/absent(path:)``, ``StoreError/unusable(path:reason:)``.
    public static func openForReading(_ url: URL) throws -> CleanStore {
        CleanStore(pool: try DatabaseFile.openForReading(url))
    }

    private static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1: cleaned sessions") { database in
            try database.execute(
                sql: """
                    CREATE TABLE cleaned_sessions (
                        session_id TEXT PRIMARY KEY,
                        created_at TEXT NOT NULL,
                        formatted_json TEXT NOT NULL,
                        updated_at TEXT NOT NULL
                    );
                    CREATE TABLE agent_sessions (
                        agent_session_id TEXT PRIMARY KEY,
                        session_id TEXT NOT NULL
                    );
                    CREATE TABLE cursor (last_revision INTEGER NOT NULL);
                    INSERT INTO cursor VALUES (0);
                    """
            )
        }
        return migrator
    }

    /// The revision of the raw store up to which the sessions are complete.
    public func cursor() async throws -> Int64 {
        try await pool.read { try Int64.fetchOne($0, sql: "SELECT last_revision FROM cursor") ?? 0 }
    }

    /// Stores sessions and moves the cursor, in one transaction.
    ///
    /// - Parameter removing: sessions that turned out to be none.
    public func save(_ sessions: [Session], removing: [String] = [], cursor: Int64) async throws {
        let rows = try sessions.map { (session: $0, json: try Self.text(of: $0)) }
        try await pool.write { database in
            for (session, json) in rows {
                try database.execute(
                    sql: """
                        INSERT INTO cleaned_sessions (session_id, created_at, formatted_json, updated_at)
                        VALUES (?, ?, ?, ?)
                        ON CONFLICT (session_id) DO UPDATE SET
                            formatted_json = excluded.formatted_json, updated_at = excluded.updated_at
                        """,
                    arguments: [session.sessionID, session.createdAt, json, session.updatedAt]
                )
                for id in session.agentSessionIDs {
                    try database.execute(
                        sql: "INSERT OR REPLACE INTO agent_sessions (agent_session_id, session_id) VALUES (?, ?)",
                        arguments: [id, session.sessionID]
                    )
                }
            }
            for id in removing {
                try database.execute(sql: "DELETE FROM cleaned_sessions WHERE session_id = ?", arguments: [id])
                try database.execute(sql: "DELETE FROM agent_sessions WHERE session_id = ?", arguments: [id])
            }
            try database.execute(sql: "UPDATE cursor SET last_revision = ?", arguments: [cursor])
        }
    }

    /// The session with this id, or with this id of the agent's own.
    public func session(_ id: String) async throws -> Session? {
        let json = try await pool.read { database in
            try String.fetchOne(
                database,
                sql: """
                    SELECT formatted_json FROM cleaned_sessions WHERE session_id = ?1
                    OR session_id = (SELECT session_id FROM agent_sessions WHERE agent_session_id = ?1)
                    """,
                arguments: [id]
            )
        }
        return try json.map { try JSONDecoder().decode(Session.self, from: Data($0.utf8)) }
    }

    public func sessionCount() async throws -> Int {
        try await pool.read { try Int.fetchOne($0, sql: "SELECT COUNT(*) FROM cleaned_sessions") ?? 0 }
    }

    /// All sessions, the one that changed last first.
    public func sessions(limit: Int = .max) async throws -> [Session] {
        let texts = try await pool.read { database in
            try String.fetchAll(
                database,
                sql: "SELECT formatted_json FROM cleaned_sessions ORDER BY updated_at DESC LIMIT ?",
                arguments: [limit]
            )
        }
        return try texts.map { try JSONDecoder().decode(Session.self, from: Data($0.utf8)) }
    }

    private static func text(of session: Session) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(session), as: UTF8.self)
    }
}
