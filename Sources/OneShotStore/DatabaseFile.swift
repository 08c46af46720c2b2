import Foundation
import GRDB
import OneShotCore

/// How each of our databases is opened: WAL, so that the `sqlite3` shell and other processes read while we write.
enum DatabaseFile {
    /// - Parameter patience: how long to wait for another process that holds the lock.
    static func openForWriting(
        _ url: URL,
        migrator: DatabaseMigrator,
        patience: Duration = .seconds(10)
    ) throws -> DatabasePool {
        try prepare(url, migrator: migrator)
        do {
            var configuration = configuration()
            configuration.busyMode = .timeout(patience / .seconds(1))
            let pool = try DatabasePool(path: url.path, configuration: configuration)
            chmod(url.path, 0o600)
            // Migrating takes the lock even where there is nothing to do, and another process may hold it.
            if try !pool.read(migrator.hasCompletedMigrations) { try migrator.migrate(pool) }
            return pool
        } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY {
            throw StoreError.locked(path: url.path)
        } catch let error as DatabaseError {
            throw StoreError.unusable(path: url.path, reason: error.message ?? "\(error.resultCode)")
        }
    }

    /// Makes the directory and the database, and refuses a file that is not ours.
    private static func prepare(_ url: URL, migrator: DatabaseMigrator) throws {
        try AtomicFile.makeDirectory(url.deletingLastPathComponent(), mode: 0o700)
        do {
            _ = try inspect(url, migrator: migrator)
        } catch StoreError.absent {
            try create(url, migrator: migrator)
        }
    }

    /// Made under another name, so that no reader meets a database in halves, and no two processes migrate one.
    private static func create(_ url: URL, migrator: DatabaseMigrator) throws {
        let name = ".\(url.lastPathComponent).\(UUID().uuidString.prefix(8)).tmp"
        let partial = url.deletingLastPathComponent().appendingPathComponent(name)
        defer { unlink(partial.path) }
        do {
            let queue = try DatabaseQueue(path: partial.path, configuration: configuration())
            chmod(partial.path, 0o600)
            try migrator.migrate(queue)
            try queue.close()
        } catch let error as DatabaseError {
            throw StoreError.unusable(path: url.path, reason: error.message ?? "\(error.resultCode)")
        }
        // Not over the database of somebody who was first. Some file systems have no links.
        if link(partial.path, url.path) == 0 || errno == EEXIST { return }
        guard rename(partial.path, url.path) == 0 else {
            throw FileError.unwritable(path: url.path, reason: String(cString: strerror(errno)))
        }
    }

    /// - Throws: ``StoreError/absent(path:)``, ``StoreError/blank(path:)``, ``StoreError/locked(path:)``,
    ///   ``StoreError/unusable(path:reason:)``.
    static func openForReading(_ url: URL, migrator: DatabaseMigrator) throws -> DatabasePool {
        switch try inspect(url, migrator: migrator) {
        case .blank: throw StoreError.blank(path: url.path)
        case .locked: throw StoreError.locked(path: url.path)
        case .older:
            // Brought up to date here, since no recorder may run again.
            try openForWriting(url, migrator: migrator).close()
        case .current: break
        }
        do {
            var configuration = configuration()
            configuration.readonly = true
            return try DatabasePool(path: url.path, configuration: configuration)
        } catch let error as DatabaseError {
            throw StoreError.unusable(path: url.path, reason: error.message ?? "\(error.resultCode)")
        }
    }

    static func openAlone(_ url: URL) throws -> DatabaseQueue {
        try DatabaseQueue(path: url.path, configuration: configuration())
    }

    /// One connection with a small cache, for who works beside the recorder all day.
    static func openQuietly(_ url: URL, migrator: DatabaseMigrator) throws -> DatabaseQueue {
        try prepare(url, migrator: migrator)
        do {
            var configuration = quietConfiguration()
            configuration.journalMode = .wal
            let queue = try DatabaseQueue(path: url.path, configuration: configuration)
            chmod(url.path, 0o600)
            if try !queue.read(migrator.hasCompletedMigrations) { try migrator.migrate(queue) }
            return queue
        } catch let error as DatabaseError {
            throw StoreError.unusable(path: url.path, reason: error.message ?? "\(error.resultCode)")
        }
    }

    /// The same for a reader.
    static func openQuietlyForReading(_ url: URL) throws -> DatabaseQueue {
        do {
            var configuration = quietConfiguration()
            configuration.readonly = true
            return try DatabaseQueue(path: url.path, configuration: configuration)
        } catch let error as DatabaseError {
            throw StoreError.unusable(path: url.path, reason: error.message ?? "\(error.resultCode)")
        }
    }

    private static func quietConfiguration() -> Configuration {
        var configuration = configuration()
        configuration.qos = .background
        // In KiB. What is new is read once, and soon after it was written.
        configuration.prepareDatabase { try $0.execute(sql: "PRAGMA cache_size = -256") }
        return configuration
    }

    private static func configuration() -> Configuration {
        var configuration = Configuration()
        configuration.busyMode = .timeout(10)
        // GRDB's own choice goes before the event loops: where it may, Dispatch gives such threads a negative niceness.
        configuration.qos = .default
        configuration.prepareDatabase { database in
            // Of a new database only. In larger pages rows of one to three kilobytes leave less room unused.
            try database.execute(sql: "PRAGMA page_size = 8192; PRAGMA synchronous = NORMAL")
        }
        return configuration
    }
}
