import GRDB

/// An exchange without its bodies, for logs and counts.
public struct ExchangeSummary: Sendable, Equatable {
    public var id: Int64
    /// Milliseconds since 1970.
    public var startedAtMs: Int64
    public var endedAtMs: Int64?
    public var method: String
    public var url: String
    public var state: Exchange.State
    public var cutBy: String?
    public var sessionID: String
    public var status: Int?
    /// The length of the response as it is stored.
    public var responseBytes: Int
}

extension RawStore {
    /// The exchanges that changed after the given revision, oldest change first, without their bodies.
    ///
    /// - Returns: at most `limit` exchanges, and the revision to go on from.
    public func summaries(
        after revision: Int64,
        limit: Int = 500
    ) async throws -> (exchanges: [ExchangeSummary], last: Int64) {
        try await read { database in
            let rows = try Row.fetchAll(
                database,
                sql: """
                    SELECT id, ts_ms, end_ms, method, url, state, cut_by, session_id, status, revision,
                    IFNULL(response_size, 0) AS bytes
                    FROM exchanges WHERE revision > ? ORDER BY revision LIMIT ?
                    """,
                arguments: [revision, limit]
            )
            return (rows.map(ExchangeSummary.init), rows.last?["revision"] ?? revision)
        }
    }

    /// The revision of the latest change.
    public func lastRevision() async throws -> Int64 {
        try await read { try Int64.fetchOne($0, sql: "SELECT last FROM revision") ?? 0 }
    }

    /// How many sessions have exchanges.
    public func sessionCount() async throws -> Int {
        try await read { try Int.fetchOne($0, sql: "SELECT COUNT(DISTINCT session_id) FROM exchanges") ?? 0 }
    }

    /// Counts by state within one session.
    public func counts(ofSession sessionID: String) async throws -> [Exchange.State: Int] {
        try await read { database in
            let rows = try Row.fetchAll(
                database,
                sql: "SELECT state, COUNT(*) AS n FROM exchanges WHERE session_id = ? GROUP BY state",
                arguments: [sessionID]
            )
            return rows.reduce(into: [:]) { counts, row in
                if let state = Exchange.State(rawValue: row["state"]) { counts[state] = row["n"] }
            }
        }
    }
}

extension ExchangeSummary {
    fileprivate init(row: Row) {
        self.init(
            id: row["id"],
            startedAtMs: row["ts_ms"],
            endedAtMs: row["end_ms"],
            method: row["method"],
            url: row["url"],
            state: Exchange.State(rawValue: row["state"]) ?? .cut,
            cutBy: row["cut_by"],
            sessionID: row["session_id"],
            status: row["status"],
            responseBytes: row["bytes"]
        )
    }
}
