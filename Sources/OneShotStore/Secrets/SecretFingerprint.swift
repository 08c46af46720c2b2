public import Foundation
import GRDB

/// What is kept of a credential in its place: enough to find the same value in a text later, together with the key,
/// and too little to learn it.
public struct SecretFingerprint: Sendable, Hashable {
    /// Where it came from: a header's name, `cookie:NAME`, or `query:NAME`; in lower case.
    public var name: String
    /// HMAC-SHA256 of the value.
    public var digest: Data
    /// Of the value, in bytes.
    public var length: Int
    /// Of the value, see ``FingerprintKey/rolling(_:)``.
    public var rolling: Int64

    public init(name: String, digest: Data, length: Int, rolling: Int64) {
        self.name = name
        self.digest = digest
        self.length = length
        self.rolling = rolling
    }

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
