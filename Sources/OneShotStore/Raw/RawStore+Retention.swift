import Foundation
import GRDB

/// What ``RawStore/prune(olderThan:keepingSessions:dryRun:)`` removed, or would remove.
public struct PruneReport: Sendable, Equatable {
    public var sessions = 0
    public var exchanges = 0
    /// Segments that no other exchange refers to.
    public var segments = 0
    /// Of these segments and of the exchanges' own rows, about.
    public var bytes = 0
}

extension RawStore {
    /// Removes the exchanges of sessions in which nothing has begun since a point in time, and then the segments that
    /// nothing refers to any more. A session goes as a whole or stays as a whole, and one with an exchange in flight
    /// stays. The file keeps its size until ``vacuum()``; the room is used for what is recorded next.
    ///
    /// - Parameters:
    ///   - milliseconds: since 1970.
    ///   - keepingSessions: ids, the recorder's or the agents' own, of sessions that stay.
    ///   - dryRun: count only.
    public func prune(
        olderThan milliseconds: Int64,
        keepingSessions kept: Set<String> = [],
        dryRun: Bool = false
    ) async throws -> PruneReport {
        let sessions = try await read { database in
            let rows = try Row.fetchAll(
                database,
                sql: """
                    SELECT session_id, group_concat(DISTINCT agent_session_id) AS agents FROM exchanges
                    GROUP BY session_id HAVING MAX(MAX(ts_ms, IFNULL(end_ms, 0))) < ? AND SUM(state = 'in_flight') = 0
                    """,
                arguments: [milliseconds]
            )
            return rows.filter { row in
                let agents = (row["agents"] as String?)?.split(separator: ",").map(String.init) ?? []
                return !kept.contains(row["session_id"]) && kept.isDisjoint(with: agents)
            }.map { $0["session_id"] as String }
        }
        var report = PruneReport(sessions: sessions.count)
        // A few sessions at a time, so that a recorder that runs gets its turn in between.
        for start in stride(from: 0, to: sessions.count, by: 20) {
            let some = Array(sessions[start..<min(start + 20, sessions.count)])
            let (exchanges, bytes) = try await write(dryRun: dryRun) { try Self.remove(some, in: $0) }
            report.exchanges += exchanges
            report.bytes += bytes
        }
        let gone = dryRun ? sessions : []
        let (segments, bytes) = try await write(dryRun: dryRun) { try Self.removeUnused(without: gone, in: $0) }
        report.segments = segments
        report.bytes += bytes
        return report
    }

    /// Gives the file's unused room back to the disk. Nobody can write meanwhile: a recorder keeps what it records in
    /// its spool.
    public func vacuum() async throws {
        try await pool.vacuum()
        try await pool.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
    }

    private func write<Value: Sendable>(
        dryRun: Bool,
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws -> Value {
        guard dryRun else { return try await pool.write(body) }
        return try await pool.writeWithoutTransaction { database in
            var value: Value?
            try database.inTransaction {
                value = try body(database)
                return .rollback
            }
            guard let value else { throw DatabaseError(resultCode: .SQLITE_ABORT) }
            return value
        }
    }

    private static func remove(_ sessions: [String], in database: Database) throws -> (exchanges: Int, bytes: Int) {
        var total = (exchanges: 0, bytes: 0)
        for session in sessions {
            let row = try Row.fetchOne(
                database,
                sql: """
                    SELECT COUNT(*) AS n, IFNULL(SUM(LENGTH(meta_json) + LENGTH(url) + IFNULL(LENGTH(request_tail), 0)
                        + IFNULL(LENGTH(response_tail), 0)), 0) AS bytes FROM exchanges WHERE session_id = ?
                    """,
                arguments: [session]
            )
            total.exchanges += row?["n"] ?? 0
            total.bytes += row?["bytes"] ?? 0
            try database.execute(
                sql: "DELETE FROM runs WHERE exchange_id IN (SELECT id FROM exchanges WHERE session_id = ?)",
                arguments: [session]
            )
            try database.execute(sql: "DELETE FROM exchanges WHERE session_id = ?", arguments: [session])
        }
        return total
    }

    /// The segments that lie in none of the ranges.
    ///
    /// - Parameter sessions: sessions to leave out of account, as if they had been removed.
    private static func removeUnused(
        without sessions: [String],
        in database: Database
    ) throws -> (segments: Int, bytes: Int) {
        for session in sessions {
            try database.execute(
                sql: "DELETE FROM runs WHERE exchange_id IN (SELECT id FROM exchanges WHERE session_id = ?)",
                arguments: [session]
            )
        }
        var gaps: [(first: Int64, last: Int64)] = []
        var next: Int64 = 0
        let ranges = try Row.fetchCursor(database, sql: "SELECT first, last FROM runs ORDER BY first")
        while let range = try ranges.next() {
            let first: Int64 = range["first"]
            if first > next { gaps.append((next, first - 1)) }
            next = max(next, (range["last"] as Int64) + 1)
        }
        gaps.append((next, .max))
        var total = (segments: 0, bytes: 0)
        for gap in gaps {
            let row = try Row.fetchOne(
                try database.cachedStatement(
                    sql: """
                        SELECT COUNT(*) AS n, IFNULL(SUM(LENGTH(bytes)), 0) AS bytes
                        FROM segments WHERE id BETWEEN ? AND ?
                        """
                ),
                arguments: [gap.first, gap.last]
            )
            let count: Int = row?["n"] ?? 0
            guard count > 0 else { continue }
            total.segments += count
            total.bytes += row?["bytes"] ?? 0
            try database.cachedStatement(sql: "DELETE FROM segments WHERE id BETWEEN ? AND ?")
                .execute(arguments: [gap.first, gap.last])
        }
        return total
    }
}
