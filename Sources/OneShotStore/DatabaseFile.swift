import Foundation
import GRDB
import OneShotCore

/// How each of our databases is opened: WAL, so that the `sqlite3` shell and other processes read while we write.
enum DatabaseFile {
    static func openForWriting(_ url: URL, migrator: DatabaseMigrator) throws -> DatabasePool {
        try AtomicFile.makeDirectory(url.deletingLastPathComponent(), mode: 0o700)
        do {
            let pool = try DatabasePool(path: url.path, configuration: configuration())
            try migrator.migrate(pool)
            chmod(url.path, 0o600)
            return pool
        } catch let error as DatabaseError {
            throw StoreError.unusable(path: url.path, reason: error.message ?? "\(error.resultCode)")
        }
    }

    static func openForReading(_ url: URL) throws -> DatabasePool {
        guard FileManager.default.fileExists(atPath: url.path) else { throw StoreError.absent(path: url.path) }
        do {
            var configuration = configuration()
            configuration.readonly = true
            return try DatabasePool(path: url.path, configuration: configuration)
        } catch let error as DatabaseError {
            throw StoreError.unusable(path: url.path, reason: error.message ?? "\(error.resultCode)")
        }
    }

    private static func configuration() -> Configuration {
        var configuration = Configuration()
        configuration.busyMode = .timeout(10)
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA synchronous = NORMAL")
        }
        return configuration
    }
}
