public import Foundation
import GRDB
import OneShotCore

/// The recorder's database. One process writes (``RawStore/openForWriting(_:)``), any number read.
///
/// Every change of a row gives it a new, larger `revision`; a reader that remembers the last one it saw reads only
/// what is new (``changes(after:limit:)``). Bodies are stored as segments that exchanges share; everybody reads them
/// through the view `traces`, put together again.
public struct RawStore: Sendable {
    let pool: DatabasePool

    /// Opens the database, creating and migrating it where needed.
    ///
    /// - Parameter patience: how long to wait for another process that holds the lock.
    /// - Throws: ``StoreError/locked(path:)``, ``StoreError/unusable(path:reason:)``, ``FileError``.
    public static func openForWriting(_ url: URL, patience: Duration = .seconds(10)) throws -> RawStore {
        RawStore(pool: try DatabaseFile.openForWriting(url, migrator: migrator, patience: patience))
    }

    /// Whether the database is there and up to date, so that nothing but a lock keeps it from being written.
    public static func isUpToDate(_ url: URL) -> Bool {
        (try? DatabaseFile.inspect(url, migrator: migrator)) == .current
    }

    /// Opens a database that is there; one that an older oneshot has written is brought up to date.
    ///
    /// - Throws: ``StoreError``.
    public static func openForReading(_ url: URL) throws -> RawStore {
        RawStore(pool: try DatabaseFile.openForReading(url, migrator: migrator))
    }

    /// Leaves a database that nobody has open any more as one file: what its write-ahead log holds goes into it.
    ///
    /// - Throws: ``StoreError/unusable(path:reason:)``.
    public static func settle(_ url: URL) throws {
        do {
            // One connection: the last of a pool's may be one that cannot write, and leaves its files behind.
            let queue = try DatabaseFile.openAlone(url)
            try queue.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
            try queue.close()
        } catch {
            throw StoreError.unusable(path: url.path, reason: "\(error)")
        }
    }
}

// MARK: - Reading

extension RawStore {
    func read<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        do {
            return try await pool.read(body)
        } catch let error as DatabaseError {
            throw StoreError(error, path: pool.path)
        }
    }

    /// The exchanges that changed after the given revision, oldest change first.
    ///
    /// - Returns: at most `limit` exchanges, one at least unless there is none, and the revision to go on from.
    public func changes(
        after revision: Int64,
        limit: Int = 500,
        bodies: BodyLimits = .none
    ) async throws -> (exchanges: [Exchange], last: Int64) {
        try await read { database in
            try Self.page(
                database,
                "revision > ? ORDER BY revision LIMIT ?",
                [revision, limit],
                bodies: bodies,
                last: revision
            )
        }
    }

    /// The exchanges of a session, in the order in which they began: all of them, or a page.
    ///
    /// - Parameter id: the last exchange of the page before.
    public func exchanges(
        ofSession sessionID: String,
        after id: Int64 = 0,
        limit: Int = .max,
        bodies: BodyLimits = .none
    ) async throws -> [Exchange] {
        try await read { database in
            try Self.page(
                database,
                "session_id = ? AND id > ? ORDER BY id LIMIT ?",
                [sessionID, id, limit],
                bodies: bodies,
                last: 0
            ).exchanges
        }
    }

    /// - Parameter last: the revision to go on from when there is no exchange.
    static func page(
        _ database: Database,
        _ condition: String,
        _ arguments: StatementArguments,
        bodies: BodyLimits,
        last: Int64
    ) throws -> (exchanges: [Exchange], last: Int64) {
        let longest = "IIF(state = 'in_flight', \(bodies.longestInFlight), \(bodies.longest))"
        let rows = try Row.fetchCursor(
            database,
            sql: """
                SELECT id, ts_ms, method, url, meta_json, transport, state, cut_by, session_id, agent_session_id, status,
                    first_byte_ms, end_ms, revision,
                    CASE WHEN request_size <= \(longest) THEN request_json END AS request_json,
                    CASE WHEN response_size <= \(longest) THEN response_json END AS response_json
                FROM traces WHERE \(condition)
                """,
            arguments: arguments
        )
        var exchanges: [Exchange] = []
        var last = last
        var bytes = 0
        // One at a time: the next is read when this one has been copied.
        while bytes < bodies.page, let row = try rows.next() {
            let exchange = ExchangeRow(row: row).exchange
            bytes += (exchange.requestJSON?.utf8.count ?? 0) + (exchange.responseJSON?.utf8.count ?? 0)
            last = row["revision"]
            exchanges.append(exchange)
        }
        return (exchanges, last)
    }

    /// The session that was recorded last under this id, or under this id of the agent's own.
    public func sessionID(_ id: String) async throws -> String? {
        try await read { database in
            try String.fetchOne(
                database,
                sql: """
                    SELECT session_id FROM (
                        SELECT id, session_id FROM exchanges WHERE session_id = ?1
                        UNION ALL SELECT id, session_id FROM exchanges WHERE agent_session_id = ?1
                    ) ORDER BY id DESC LIMIT 1
                    """,
                arguments: [id]
            )
        }
    }

    /// Whether a call of the session is still going on. A WebSocket's upgrade, which lasts as long as the socket, does
    /// not count: the calls inside it are exchanges of their own.
    public func isInFlight(session sessionID: String) async throws -> Bool {
        try await read { database in
            try Bool.fetchOne(
                database,
                sql: """
                    SELECT EXISTS (SELECT 1 FROM exchanges
                    WHERE session_id = ? AND state = 'in_flight' AND status IS NOT 101)
                    """,
                arguments: [sessionID]
            ) ?? false
        }
    }

    /// Counts by state, for `status` and `doctor`.
    public func counts() async throws -> [Exchange.State: Int] {
        try await read { database in
            let rows = try Row.fetchAll(database, sql: "SELECT state, COUNT(*) AS n FROM exchanges GROUP BY state")
            return rows.reduce(into: [:]) { counts, row in
                if let state = Exchange.State(rawValue: row["state"]) { counts[state] = row["n"] }
            }
        }
    }
}
