import Foundation
import GRDB
public import OneShotCore

/// What one of an agent's own files says of a session.
public struct ImportedFile: Sendable, Equatable {
    /// The agent's own id of the session.
    public var sessionID: String
    /// What tells the files of a session apart: the id of the conversation that the file holds.
    public var part: String
    public var path: String
    /// Only what is in this file.
    public var session: Session

    public init(sessionID: String, part: String, path: String, session: Session) {
        self.sessionID = sessionID
        self.part = part
        self.path = path
        self.session = session
    }
}

/// Imported sessions have tables of their own, which the cleaner neither reads nor writes: what was recorded of the same
/// session is put together with them by those who read.
extension CleanStore {
    /// - Parameter sessionID: the agent's own id.
    public func importedFiles(of sessionID: String) async throws -> [ImportedFile] {
        try await read { database in
            let rows = try Row.fetchAll(
                database,
                sql: "SELECT part, path, json FROM imported_files WHERE session_id = ? ORDER BY part",
                arguments: [sessionID]
            )
            return try rows.map { row in
                ImportedFile(
                    sessionID: sessionID,
                    part: row[0],
                    path: row[1],
                    session: try Self.session(fromJSON: row[2])
                )
            }
        }
    }

    /// Stores a session, and the file that it was changed by.
    ///
    /// - Parameter session: all files of it put together.
    public func save(_ session: Session, changedBy file: ImportedFile) async throws {
        try await write { database in
            let version = try Self.nextVersion(database)
            try database.execute(
                sql: """
                    INSERT OR REPLACE INTO imported_sessions
                        (session_id, created_at, updated_at, formatted_json, version) VALUES (?, ?, ?, ?, ?)
                    """,
                arguments: [
                    file.sessionID, session.createdAt, session.updatedAt, session.json.compactText, version,
                ]
            )
            try database.execute(
                sql: "INSERT OR REPLACE INTO imported_files (session_id, part, path, json) VALUES (?, ?, ?, ?)",
                arguments: [file.sessionID, file.part, file.path, file.session.json.compactText]
            )
        }
    }

    /// The imported sessions that belong to a recorded one; else the imported one with this id.
    public func importedSessions(of id: String) async throws -> [Session] {
        try await read { database in
            try String.fetchAll(
                database,
                sql: """
                    SELECT formatted_json FROM imported_sessions AS i
                    LEFT JOIN agent_sessions AS a ON a.agent_session_id = i.session_id
                    WHERE i.session_id = ?1 OR a.session_id = ?1 ORDER BY i.created_at
                    """,
                arguments: [id]
            ).map(Self.session)
        }
    }

    /// The answers that other recorded sessions have of one of the agent's own: each time that an agent goes on with a
    /// session, it may be recorded under another name.
    ///
    /// - Parameter id: of the recorded session that does not count.
    public func responseIDs(ofAgentSession agentID: String, besides id: String) async throws -> Set<String> {
        try await read { database in
            try String.fetchSet(
                database,
                sql: """
                    SELECT json ->> '$.response_id' FROM turns JOIN sessions ON sessions.id = turns.session
                    WHERE session_id <> ? AND instr(head, ?) > 0 AND json ->> '$.response_id' IS NOT NULL
                    """,
                arguments: [id, "\"\(agentID)\""]
            )
        }
    }

    /// An imported session as the list has it.
    public struct ImportEntry: Sendable, Equatable {
        public var sessionID: String
        public var updatedAt: String
        /// The recorded session that it belongs to; nil where there is none.
        public var recordedID: String?
        /// Grows with each change.
        public var version: Int64
    }

    /// The imported sessions, the one that changed last first.
    public func importEntries() async throws -> [ImportEntry] {
        try await read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT i.session_id, i.updated_at, i.version,
                        IFNULL((SELECT session_id FROM sessions WHERE session_id = i.session_id),
                            (SELECT a.session_id FROM agent_sessions AS a JOIN sessions USING (session_id)
                            WHERE a.agent_session_id = i.session_id))
                    FROM imported_sessions AS i ORDER BY i.updated_at DESC, i.session_id
                    """
            ).map { ImportEntry(sessionID: $0[0], updatedAt: $0[1], recordedID: $0[3], version: $0[2]) }
        }
    }

    /// Removes imported sessions in which nothing has happened since a point in time.
    ///
    /// - Parameters:
    ///   - milliseconds: since 1970.
    ///   - kept: the ids of sessions that stay.
    /// - Returns: the ids of those that went, or with `dryRun` would go.
    public func pruneImports(
        olderThan milliseconds: Int64,
        keeping kept: Set<String>,
        dryRun: Bool
    ) async throws -> [String] {
        let old = try await importEntries().filter { entry in
            (Timestamp.milliseconds(iso: entry.updatedAt) ?? 0) < milliseconds && !kept.contains(entry.sessionID)
                && !kept.contains(entry.recordedID ?? entry.sessionID)
        }.map(\.sessionID)
        guard !dryRun, !old.isEmpty else { return old }
        try await write { database in
            for id in old {
                try database.execute(sql: "DELETE FROM imported_sessions WHERE session_id = ?", arguments: [id])
                try database.execute(sql: "DELETE FROM imported_files WHERE session_id = ?", arguments: [id])
            }
            _ = try Self.nextVersion(database)
        }
        return old
    }

    /// A number that grows with each change of an imported session.
    static func importVersion(_ database: Database) throws -> Int64 {
        try Int64.fetchOne(database, sql: "SELECT last FROM import_version") ?? 0
    }

    private static func nextVersion(_ database: Database) throws -> Int64 {
        try database.execute(sql: "UPDATE import_version SET last = last + 1")
        return try importVersion(database)
    }

    static func addImports(_ database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE imported_sessions (
                    session_id TEXT PRIMARY KEY,
                    created_at TEXT NOT NULL,
                    updated_at TEXT NOT NULL,
                    formatted_json TEXT NOT NULL,
                    version INTEGER NOT NULL
                );
                CREATE TABLE imported_files (
                    session_id TEXT NOT NULL,
                    part TEXT NOT NULL,
                    path TEXT NOT NULL,
                    json TEXT NOT NULL,
                    PRIMARY KEY (session_id, part)
                );
                CREATE TABLE import_version (last INTEGER NOT NULL);
                INSERT INTO import_version VALUES (0);
                DROP VIEW cleaned_sessions;
                """
        )
        try database.execute(
            sql: """
                CREATE VIEW cleaned_sessions AS SELECT
                    session_id, created_at,
                    head || IFNULL((
                        SELECT group_concat(json, ',') FROM (
                            SELECT json FROM turns WHERE session = sessions.id ORDER BY position)), '')
                        || tail AS formatted_json,
                    updated_at
                FROM sessions
                UNION ALL SELECT session_id, created_at, formatted_json, updated_at FROM imported_sessions AS i
                WHERE NOT EXISTS (SELECT 1 FROM sessions WHERE session_id = i.session_id)
                AND NOT EXISTS (SELECT 1 FROM agent_sessions WHERE agent_session_id = i.session_id)
                """
        )
    }
}
