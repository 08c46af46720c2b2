import GRDB
public import OneShotCore

extension SecretFingerprint {
    func store(in database: Database, at milliseconds: Int64) throws {
        try database.cachedStatement(
            sql: """
                INSERT OR IGNORE INTO secrets (fingerprint, name, length, rolling, first_seen_ms) VALUES (?, ?, ?, ?, ?)
                """
        ).execute(arguments: [digest, name, length, rolling, milliseconds])
    }
}

extension RawStore {
    /// The credentials that were kept out of this database.
    public func secrets() async throws -> [SecretFingerprint] {
        try await read { database in
            try Row.fetchAll(database, sql: "SELECT * FROM secrets ORDER BY first_seen_ms, name").map { row in
                SecretFingerprint(
                    name: row["name"],
                    digest: row["fingerprint"],
                    length: row["length"],
                    rolling: row["rolling"]
                )
            }
        }
    }
}
