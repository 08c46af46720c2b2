public import Foundation
import GRDB

/// Reads what is new in the recorder's database, on the caller's own thread and through one connection with a small
/// cache: for who does so all day in the recorder's own process.
public struct RawFollower: Sendable {
    private let queue: DatabaseQueue

    /// - Throws: ``StoreError/absent(path:)``, ``StoreError/unusable(path:reason:)``.
    public static func open(_ url: URL) throws -> RawFollower {
        // An older database is brought up to date by this.
        _ = try RawStore.openForReading(url)
        return RawFollower(queue: try DatabaseFile.openQuietlyForReading(url))
    }

    /// The exchanges that changed after the given revision, in the order in which they began.
    ///
    /// - Returns: their ids, and the revision to go on from.
    public func changed(after revision: Int64) throws -> (ids: [Int64], last: Int64) {
        try queue.read { database in
            let find = try database.cachedStatement(
                sql: "SELECT id, revision FROM exchanges WHERE revision > ? ORDER BY revision"
            )
            let rows = try Row.fetchCursor(find, arguments: [revision])
            var ids: [Int64] = []
            var last = revision
            while let row = try rows.next() {
                ids.append(row[0])
                last = row[1]
            }
            return (ids.sorted(), last)
        }
    }

    /// Exchanges with their bodies: the first of these, as many as the limits let through and one at least.
    public func exchanges(_ ids: ArraySlice<Int64>, bodies: BodyLimits) throws -> [Exchange] {
        try queue.read { database in
            let list = ids.map(String.init).joined(separator: ",")
            return try RawStore.page(
                database,
                "id IN (SELECT value FROM json_each(?)) ORDER BY id",
                ["[\(list)]"],
                bodies: bodies,
                last: 0
            ).exchanges
        }
    }

    /// The ids of a session's exchanges up to the given one, in their order.
    public func exchanges(ofSession sessionID: String, before id: Int64) throws -> [Int64] {
        try queue.read { database in
            let find = try database.cachedStatement(
                sql: "SELECT id FROM exchanges WHERE session_id = ? AND id < ? ORDER BY id"
            )
            return try Int64.fetchAll(find, arguments: [sessionID, id])
        }
    }
}
