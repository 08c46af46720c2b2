import Foundation
import GRDB
import OneShotCore

/// Why changes could not be stored.
public enum RecordingError: Error, Equatable, CustomStringConvertible {
    /// Another process holds the lock, the disk is full, or the like: the same changes may work later.
    case refused(String)
    /// One of these changes will never be accepted, such as a body that is too long for SQLite.
    case impossible(String)

    public var description: String {
        switch self {
        case .refused(let reason), .impossible(let reason): reason
        }
    }
}

extension RawStore {
    /// Stores changes in one transaction, and returns once it is written.
    ///
    /// - Parameter spool: where these changes come from, if that is a spool, and up to where; remembered in the same
    ///   transaction, so that nothing is applied twice.
    /// - Returns: the ids of the exchanges, in the order given.
    /// - Throws: ``RecordingError``; then nothing was stored.
    public func record(_ changes: [ExchangeChange], from spool: SpoolPosition? = nil) async throws -> [Int64] {
        do {
            return try await pool.write { database in
                if let spool {
                    try database.execute(
                        sql: "INSERT OR REPLACE INTO spools (name, position) VALUES (?, ?)",
                        arguments: [spool.name, spool.offset]
                    )
                }
                return try Self.store(changes, isReplay: spool != nil, in: database)
            }
        } catch let error as DatabaseError {
            throw RecordingError(error)
        }
    }

    /// Stores whole exchanges with their bodies. Rows without an id are inserted.
    ///
    /// - Returns: the exchanges with their ids, in the order given.
    public func save(_ exchanges: [Exchange]) async throws -> [Exchange] {
        let changes = exchanges.enumerated().map { index, exchange in
            ExchangeChange(
                token: -Int64(index) - 1,
                exchange: exchange,
                request: exchange.requestJSON.map { .whole(Data($0.utf8)) },
                response: exchange.responseJSON.map { .whole(Data($0.utf8)) }
            )
        }
        return zip(exchanges, try await record(changes)).map { exchange, id in
            var exchange = exchange
            exchange.id = id
            return exchange
        }
    }

    /// Marks what a killed recorder left in flight as cut by the recorder.
    ///
    /// - Returns: how many exchanges that were.
    @discardableResult
    public func closeAbandoned() async throws -> Int {
        try await pool.write { database in
            let ids = try Int64.fetchAll(
                database,
                sql: "SELECT id FROM exchanges WHERE state = 'in_flight' ORDER BY id"
            )
            var revision = try Self.takeRevisions(ids.count, in: database)
            for id in ids {
                try database.execute(
                    sql:
                        "UPDATE exchanges SET state = 'cut', cut_by = 'recorder', revision = ?, token = NULL WHERE id = ?",
                    arguments: [revision, id]
                )
                revision += 1
            }
            return ids.count
        }
    }

    /// How long a write waits for another process that holds the lock, from now on. Ten seconds unless told otherwise.
    public func setPatience(_ patience: Duration) throws {
        let milliseconds = patience.components.seconds * 1000 + patience.components.attoseconds / 1_000_000_000_000_000
        try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA busy_timeout = \(milliseconds)") }
    }

    /// Brings the write-ahead log into the database and empties it, unless somebody is reading: then it stays, and the
    /// next recorder brings it in.
    public func foldLog() async {
        _ = try? await pool.writeWithoutTransaction { try $0.checkpoint(.truncate) }
    }

    /// Up to where a spool has been stored.
    func position(ofSpool name: String) async throws -> Int64 {
        try await read { database in
            try Int64.fetchOne(database, sql: "SELECT position FROM spools WHERE name = ?", arguments: [name]) ?? 0
        }
    }

    /// The file of this spool is gone.
    public func forgetSpool(_ name: String) async throws {
        try await pool.write { try $0.execute(sql: "DELETE FROM spools WHERE name = ?", arguments: [name]) }
    }
}

extension RawStore {
    private static func store(_ changes: [ExchangeChange], isReplay: Bool, in database: Database) throws -> [Int64] {
        let segments = SegmentTable(database: database)
        let exchanges = try ExchangeTable(database)
        var revision = try takeRevisions(changes.count, in: database)
        var ids: [Int64: Int64] = [:]
        return try changes.map { change in
            var columns = ExchangeColumns(change.exchange, request: change.request, response: change.response)
            columns.id = try columns.id ?? ids[change.token] ?? (isReplay ? id(of: change.token, in: database) : nil)
            if isReplay, change.exchange.state == .inFlight { columns.token = change.token }
            let isThere = try columns.id != nil && exchanges.update(columns, revision: revision)
            let id = try (isThere ? columns.id : nil) ?? exchanges.insert(columns, revision: revision)
            ids[change.token] = id
            revision += 1
            if let request = change.request { try segments.apply(request, to: id, .request) }
            if let response = change.response { try segments.apply(response, to: id, .response) }
            for secret in change.secrets { try secret.store(in: database, at: change.exchange.startedAtMs) }
            return id
        }
    }

    private static func id(of token: Int64, in database: Database) throws -> Int64? {
        try Int64.fetchOne(
            try database.cachedStatement(sql: "SELECT id FROM exchanges WHERE token = ?"),
            arguments: [token]
        )
    }

    /// - Returns: the first of `count` revisions that nobody else gets.
    private static func takeRevisions(_ count: Int, in database: Database) throws -> Int64 {
        try database.cachedStatement(sql: "UPDATE revision SET last = last + ?").execute(arguments: [count])
        let last = try Int64.fetchOne(try database.cachedStatement(sql: "SELECT last FROM revision")) ?? Int64(count)
        return last - Int64(count) + 1
    }
}

extension RecordingError {
    fileprivate init(_ error: DatabaseError) {
        let text = error.message ?? "\(error.resultCode)"
        switch error.resultCode {
        case .SQLITE_CONSTRAINT, .SQLITE_TOOBIG, .SQLITE_MISMATCH, .SQLITE_RANGE: self = .impossible(text)
        default: self = .refused(text)
        }
    }
}
