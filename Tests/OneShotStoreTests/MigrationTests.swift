import Foundation
import GRDB
import OneShotTesting
import Testing

@testable import OneShotStore

@Suite("Migration of the raw store")
struct MigrationTests {
    @Sendable
    private static func rows(_ database: Database) throws -> [[String: DatabaseValue]] {
        try Row.fetchAll(database, sql: "SELECT *, hex(request_json) FROM traces ORDER BY id").map { row in
            Dictionary(uniqueKeysWithValues: row)
        }
    }

    @Test("an older database keeps every row with its id, revision and bytes")
    func migrate() async throws {
        try await withTemporaryDirectory { directory in
            let url = directory.appendingPathComponent("raw.sqlite3")
            let long = String(decoding: Sample.text(30_000), as: UTF8.self)
            let old = try DatabasePool(path: url.path)
            try RawStore.migrator.migrate(old, upTo: "2: sessions by the agent's own id")
            try await old.write { database in
                for (id, request, response) in [(3, "{\"a\":1}", nil), (7, long, "{\"_raw\":\"x\"}")]
                    as [(Int, String, String?)]
                {
                    try database.execute(
                        sql: """
                            INSERT INTO traces (id, ts_ms, method, url, request_json, response_json, meta_json, transport,
                                state, session_id, agent_session_id, status, first_byte_ms, end_ms)
                            VALUES (?, 5, 'POST', 'https://a/', ?, ?, '{"m":1}', 'http', 'complete', 's', 'agent', 200, 6, 7)
                            """,
                        arguments: [id, request, response]
                    )
                }
                try database.execute(sql: "UPDATE traces SET request_json = CAST(x'22FF22' AS TEXT) WHERE id = 3")
            }
            let before = try await old.read { try Self.rows($0) }
            try old.close()
            // Reading is enough.
            let store = try RawStore.openForReading(url)
            let after = try await store.read { try Self.rows($0) }
            #expect(before.count == 2)
            for (old, new) in zip(before, after) {
                for (name, value) in old { #expect(new[name] == value, "\(name)") }
            }
            #expect(try await store.changes(after: 2).exchanges.map(\.id) == [3])
            let writable = try RawStore.openForWriting(url)
            let added = try await writable.save([Sample.exchange()])[0]
            #expect(added.id == 8)
            #expect(try await store.changes(after: 3).exchanges.map(\.id) == [8])
        }
    }
}
