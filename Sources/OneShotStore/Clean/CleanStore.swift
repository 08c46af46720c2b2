public import Foundation
import GRDB
public import OneShotCore

/// The cleaner's database: sessions, and a row for each of their turns, so that what it costs to store a turn does not
/// depend on how many there are. The view `cleaned_sessions` puts sessions together.
public struct CleanStore: Sendable {
    let database: any DatabaseWriter
    private let path: String

    /// Opens the database, creating and migrating it where needed.
    ///
    /// - Throws: ``StoreError/unusable(path:reason:)``, ``FileError``.
    public static func openForWriting(_ url: URL) throws -> CleanStore {
        CleanStore(database: try DatabaseFile.openQuietly(url, migrator: migrator), path: url.path)
    }

    /// Opens a database that is there; one that an older oneshot has written is brought up to date.
    ///
    /// - Throws: ``StoreError``.
    public static func openForReading(_ url: URL) throws -> CleanStore {
        CleanStore(database: try DatabaseFile.openForReading(url, migrator: migrator), path: url.path)
    }

    /// - Throws: ``StoreError/unusable(path:reason:)`` where the file turns out to be damaged.
    func read<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        do {
            return try await database.read(body)
        } catch let error as DatabaseError {
            throw StoreError(error, path: path)
        } catch is DecodingError {
            throw damaged
        }
    }

    func write<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        do {
            return try await database.write(body)
        } catch let error as DatabaseError {
            throw StoreError(error, path: path)
        }
    }

    static func session(fromJSON text: String) throws -> Session {
        try JSONDecoder().decode(Session.self, from: Data(text.utf8))
    }

    /// What was stored as JSON.
    ///
    /// - Throws: ``StoreError/unusable(path:reason:)`` for text that somebody else has changed.
    func decoded<Value: Decodable>(_ text: String, as type: Value.Type = Value.self) throws -> Value {
        do {
            return try JSONDecoder().decode(type, from: Data(text.utf8))
        } catch is DecodingError {
            throw damaged
        }
    }

    private var damaged: StoreError {
        .unusable(path: path, reason: "a session in it is damaged (recorded ones are read again from the raw database)")
    }
}

// MARK: - Writing

extension CleanStore {
    /// How much of a session is finished.
    public struct Progress: Sendable, Equatable {
        public var settledTurns: Int
        /// The last exchange that they were read from.
        public var settledExchange: Int64
        /// Of the format in which it is stored.
        public var schemaVersion: Int
    }

    /// - Returns: nil for a session that is not stored.
    public func progress(of sessionID: String) throws -> Progress? {
        try database.read { database in
            let find = try database.cachedStatement(
                sql: "SELECT settled_turns, settled_exchange, version FROM sessions WHERE session_id = ?"
            )
            return try Row.fetchOne(find, arguments: [sessionID]).map {
                Progress(settledTurns: $0[0], settledExchange: $0[1], schemaVersion: $0[2])
            }
        }
    }

    /// Stores what is new of sessions and moves the cursor, in one transaction.
    ///
    /// - Parameters:
    ///   - removing: sessions that turned out to be none.
    ///   - cursor: nil while the sessions are not complete up to any revision.
    public func save(_ updates: [SessionUpdate], removing: [String] = [], cursor: Int64?) throws {
        try database.write { database in
            for update in updates { try update.store(in: database) }
            for id in removing {
                try database.execute(
                    sql: "DELETE FROM turns WHERE session = (SELECT id FROM sessions WHERE session_id = ?)",
                    arguments: [id]
                )
                try database.execute(sql: "DELETE FROM sessions WHERE session_id = ?", arguments: [id])
                try database.execute(sql: "DELETE FROM agent_sessions WHERE session_id = ?", arguments: [id])
            }
            guard let cursor else { return }
            try database.execute(sql: "UPDATE cursor SET last_revision = ?", arguments: [cursor])
        }
    }

    /// Stores whole sessions.
    public func save(_ sessions: [Session], cursor: Int64) throws {
        try save(sessions.map(SessionUpdate.init(whole:)), cursor: cursor)
    }
}

// MARK: - Reading

extension CleanStore {
    /// The revision of the raw store up to which the sessions are complete.
    public func cursor() async throws -> Int64 { try await read(Self.cursor) }

    /// The same, on the caller's thread.
    public func readCursor() throws -> Int64 { try database.read(Self.cursor) }

    private static func cursor(_ database: Database) throws -> Int64 {
        try Int64.fetchOne(database, sql: "SELECT last_revision FROM cursor") ?? 0
    }

    /// The session with this id, or with this id of the agent's own.
    public func session(_ id: String) async throws -> Session? {
        try await read { try Self.text(of: id, $0) }.map { try decoded($0) }
    }

    /// The same, on the caller's thread.
    public func readSession(_ id: String) throws -> Session? {
        try database.read { try Self.text(of: id, $0) }.map { try decoded($0) }
    }

    private static func text(of id: String, _ database: Database) throws -> String? {
        try String.fetchOne(
            database,
            sql: """
                SELECT formatted_json FROM cleaned_sessions WHERE session_id = ?1
                OR session_id = (SELECT session_id FROM agent_sessions WHERE agent_session_id = ?1)
                """,
            arguments: [id]
        )
    }

    public func sessionCount() async throws -> Int {
        try await read { try Int.fetchOne($0, sql: "SELECT COUNT(*) FROM cleaned_sessions") ?? 0 }
    }

    /// All sessions, the one that changed last first.
    public func sessions(limit: Int = .max) async throws -> [Session] {
        let texts = try await read { database in
            // Which they are comes first: a view's columns are made for every row that is sorted.
            try String.fetchAll(
                database,
                sql: """
                    SELECT (SELECT formatted_json FROM cleaned_sessions WHERE session_id = newest.session_id)
                    FROM (SELECT session_id FROM cleaned_sessions ORDER BY updated_at DESC, session_id LIMIT ?)
                    AS newest
                    """,
                arguments: [limit]
            )
        }
        return try texts.map { try decoded($0) }
    }
}
