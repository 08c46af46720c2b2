public import Foundation
import GRDB
import OneShotCore

/// The recorder's database. One process writes (``RawStore/openForWriting(_:)``), any number read.
///
/// Every change of a row gives it a new, larger `revision`; a reader that remembers the last one it saw reads only
/// what is new (``changes(after:limit:)``).
public struct RawStore: Sendable {
    private let pool: DatabasePool

    /// Opens the database, creating and migrating it where needed.
    ///
    /// - Throws: ``StoreError/unusable(path:reason:)``, ``FileError``.
    public static func openForWriting(_ url: URL) throws -> RawStore {
        RawStore(pool: try DatabaseFile.openForWriting(url, migrator: migrator))
    }

    /// - Throws: ``StoreError/absent(path:)``, ``StoreError/unusable(path:reason:)``.
    public static func openForReading(_ url: URL) throws -> RawStore {
        RawStore(pool: try DatabaseFile.openForReading(url))
    }

    /// Leaves a database that nobody has open any more as one file: what its write-ahead log holds goes into it.
    ///
    /// - Throws: ``StoreError/unusable(path:reason:)``.
    public static func settle(_ url: URL) throws {
        let pool = try DatabaseFile.openForWriting(url, migrator: migrator)
        do {
            try pool.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
            try pool.close()
        } catch {
            throw StoreError.unusable(path: url.path, reason: "\(error)")
        }
    }

    private static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1: traces") { database in
            try database.execute(
                sql: """
                    CREATE TABLE traces (
                        id INTEGER PRIMARY KEY AUTOINCREMENT,
                        ts_ms INTEGER NOT NULL,
                        method TEXT NOT NULL,
                        url TEXT NOT NULL,
                        request_json TEXT,
                        response_json TEXT,
                        meta_json TEXT NOT NULL,
                        transport TEXT NOT NULL,
                        state TEXT NOT NULL,
                        cut_by TEXT,
                        session_id TEXT NOT NULL,
                        agent_session_id TEXT,
                        status INTEGER,
                        first_byte_ms INTEGER,
                        end_ms INTEGER,
                        revision INTEGER NOT NULL DEFAULT 0
                    );
                    CREATE INDEX traces_by_session ON traces(session_id, id);
                    CREATE INDEX traces_by_revision ON traces(revision);
                    CREATE INDEX traces_in_flight ON traces(state) WHERE state = 'in_flight';
                    CREATE TABLE revision (last INTEGER NOT NULL);
                    INSERT INTO revision VALUES (0);
                    CREATE TRIGGER traces_inserted AFTER INSERT ON traces BEGIN
                        UPDATE revision SET last = last + 1;
                        UPDATE traces SET revision = (SELECT last FROM revision) WHERE id = NEW.id;
                    END;
                    CREATE TRIGGER traces_updated
                    AFTER UPDATE OF state, response_json, request_json, meta_json, first_byte_ms, session_id ON traces BEGIN
                        UPDATE revision SET last = last + 1;
                        UPDATE traces SET revision = (SELECT last FROM revision) WHERE id = NEW.id;
                    END;
                    """
            )
        }
        migrator.registerMigration("2: sessions by the agent's own id") { database in
            try database.execute(sql: "CREATE INDEX traces_by_agent_session ON traces(agent_session_id)")
        }
        return migrator
    }
}

// MARK: - Writing

extension RawStore {
    /// Applies changes in one transaction and returns once it is on disk. Rows without an id are inserted.
    ///
    /// - Returns: the exchanges with their ids, in the order given.
    public func save(_ exchanges: [Exchange]) async throws -> [Exchange] {
        try await pool.write { database in
            try exchanges.map { exchange in
                var row = ExchangeRow(exchange)
                if exchange.id == nil { try row.insert(database) } else { try row.update(database) }
                return row.exchange
            }
        }
    }

    /// Marks what a killed recorder left in flight as cut by the recorder.
    ///
    /// - Returns: how many exchanges that were.
    @discardableResult
    public func closeAbandoned() async throws -> Int {
        try await pool.write { database in
            try database.execute(
                sql: "UPDATE traces SET state = 'cut', cut_by = 'recorder' WHERE state = 'in_flight'"
            )
            return database.changesCount
        }
    }
}

// MARK: - Reading

extension RawStore {
    func read<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        try await pool.read(body)
    }

    /// The exchanges that changed after the given revision, oldest change first.
    ///
    /// - Returns: at most `limit` exchanges, and the revision to go on from.
    public func changes(after revision: Int64, limit: Int = 500) async throws -> (exchanges: [Exchange], last: Int64) {
        try await pool.read { database in
            let rows = try Row.fetchAll(
                database,
                sql: "SELECT * FROM traces WHERE revision > ? ORDER BY revision LIMIT ?",
                arguments: [revision, limit]
            )
            return (rows.map { ExchangeRow(row: $0).exchange }, rows.last?["revision"] ?? revision)
        }
    }

    /// The exchanges of a session, in the order in which they began: all of them, or a page.
    ///
    /// - Parameter id: the last exchange of the page before.
    public func exchanges(
        ofSession sessionID: String,
        after id: Int64 = 0,
        limit: Int = .max
    ) async throws -> [Exchange] {
        try await pool.read { database in
            try ExchangeRow.fetchAll(
                database,
                sql: "SELECT * FROM traces WHERE session_id = ? AND id > ? ORDER BY id LIMIT ?",
                arguments: [sessionID, id, limit]
            ).map(\.exchange)
        }
    }

    /// The session that was recorded last under this id, or under this id of the agent's own.
    public func sessionID(_ id: String) async throws -> String? {
        try await pool.read { database in
            try String.fetchOne(
                database,
                sql: """
                    SELECT session_id FROM (
                        SELECT id, session_id FROM traces WHERE session_id = ?1
                        UNION ALL SELECT id, session_id FROM traces WHERE agent_session_id = ?1
                    ) ORDER BY id DESC LIMIT 1
                    """,
                arguments: [id]
            )
        }
    }

    /// Whether a call of the session is still going on. A WebSocket's upgrade, which lasts as long as the socket, does
    /// not count: the calls inside it are exchanges of their own.
    public func isInFlight(session sessionID: String) async throws -> Bool {
        try await pool.read { database in
            try Bool.fetchOne(
                database,
                sql: """
                    SELECT EXISTS (SELECT 1 FROM traces
                    WHERE session_id = ? AND state = 'in_flight' AND status IS NOT 101)
                    """,
                arguments: [sessionID]
            ) ?? false
        }
    }

    /// Counts by state, for `status` and `doctor`.
    public func counts() async throws -> [Exchange.State: Int] {
        try await pool.read { database in
            let rows = try Row.fetchAll(database, sql: "SELECT state, COUNT(*) AS n FROM traces GROUP BY state")
            return rows.reduce(into: [:]) { counts, row in
                if let state = Exchange.State(rawValue: row["state"]) { counts[state] = row["n"] }
            }
        }
    }
}
