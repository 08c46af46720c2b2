import Foundation
import GRDB

/// A row of the table `exchanges`, as it is written.
struct ExchangeColumns {
    var id: Int64?
    /// Only for what is replayed from a spool and may be continued there.
    var token: Int64?
    let exchange: Exchange
    let request: BodyChange?
    let response: BodyChange?

    init(_ exchange: Exchange, request: BodyChange?, response: BodyChange?) {
        id = exchange.id
        self.exchange = exchange
        self.request = request
        self.response = response
    }

    fileprivate func arguments(revision: Int64) -> StatementArguments {
        [
            token, revision, exchange.startedAtMs, exchange.method, exchange.url, exchange.metaJSON,
            exchange.transport.rawValue, exchange.state.rawValue, exchange.cutBy, exchange.sessionID,
            exchange.agentSessionID, exchange.status, exchange.firstByteAtMs, exchange.endedAtMs,
            request?.form.rawValue, request?.size, request?.tail,
            response?.form.rawValue, response?.size, response?.tail, id,
        ]
    }
}

/// The table `exchanges` during one transaction. Its statements are looked up once.
struct ExchangeTable {
    private let database: Database
    private let insert: Statement
    private let update: Statement

    init(_ database: Database) throws {
        self.database = database
        insert = try database.cachedStatement(
            sql: """
                INSERT INTO exchanges (
                    token, revision, ts_ms, method, url, meta_json, transport, state, cut_by, session_id,
                    agent_session_id, status, first_byte_ms, end_ms,
                    request_form, request_size, request_tail, response_form, response_size, response_tail, id)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
        )
        update = try database.cachedStatement(
            sql: """
                UPDATE exchanges SET
                    token = ?, revision = ?, ts_ms = ?, method = ?, url = ?, meta_json = ?, transport = ?, state = ?,
                    cut_by = ?, session_id = ?, agent_session_id = ?, status = ?, first_byte_ms = ?, end_ms = ?,
                    request_form = IFNULL(?15, request_form), request_size = IFNULL(?16, request_size),
                    request_tail = IIF(?15 IS NULL, request_tail, ?17),
                    response_form = IFNULL(?18, response_form), response_size = IFNULL(?19, response_size),
                    response_tail = IIF(?18 IS NULL, response_tail, ?20)
                WHERE id = ?21
                """
        )
    }

    /// - Returns: the id of the row.
    @discardableResult
    func insert(_ columns: ExchangeColumns, revision: Int64) throws -> Int64 {
        try insert.execute(arguments: columns.arguments(revision: revision))
        return columns.id ?? database.lastInsertedRowID
    }

    /// - Returns: false when there is no such row.
    func update(_ columns: ExchangeColumns, revision: Int64) throws -> Bool {
        try update.execute(arguments: columns.arguments(revision: revision))
        return database.changesCount > 0
    }
}
