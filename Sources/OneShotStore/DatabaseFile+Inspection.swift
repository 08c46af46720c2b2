import Foundation
import GRDB

extension DatabaseFile {
    /// What a file is, found out before SQLite opens it as ours: opening a database in WAL mode leaves files beside it,
    /// and a migration would change one that is not ours.
    enum Content: Sendable, Equatable {
        /// Nothing yet.
        case blank
        /// One of ours that a migration is missing in.
        case older
        case current
        /// Another process keeps even readers out.
        case locked
    }

    /// - Throws: ``StoreError/absent(path:)``; ``StoreError/unusable(path:reason:)`` for what is not one of our databases, or is
    ///   one that a newer program has written. The file is left byte for byte as it is, and nothing beside it.
    static func inspect(_ url: URL, migrator: DatabaseMigrator) throws -> Content {
        func unusable(_ reason: String) -> StoreError { .unusable(path: url.path, reason: reason) }
        var facts = stat()
        guard stat(url.path, &facts) == 0 else { throw StoreError.absent(path: url.path) }
        guard facts.st_mode & S_IFMT != S_IFDIR else { throw unusable("it is a directory") }
        guard facts.st_mode & S_IFMT == S_IFREG else { throw unusable("it is not a file") }
        guard facts.st_size > 0 else { return .blank }
        // By SQLite alone: were the file opened and closed past it, this process would lose the locks of every connection
        // that it has to it (https://www.sqlite.org/howtocorrupt.html#posixclose).
        do {
            return try reader(url).read { try content(of: $0, migrator: migrator, unusable) }
        } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY {
            return .locked
        } catch let error as DatabaseError where error.resultCode == .SQLITE_NOTADB {
            throw unusable("it is not a SQLite database")
        } catch let error as DatabaseError {
            throw unusable(error.message ?? "\(error.resultCode)")
        }
    }

    private static func content(
        of database: Database,
        migrator: DatabaseMigrator,
        _ unusable: (String) -> StoreError
    ) throws -> Content {
        let names = try String.fetchAll(database, sql: "SELECT name FROM sqlite_schema WHERE type = 'table'")
        guard !names.isEmpty else { return .blank }
        // Whoever made it was ended before the first migration.
        if names == ["grdb_migrations"], try migrator.appliedIdentifiers(database).isEmpty { return .blank }
        guard names.contains("grdb_migrations"), let first = migrator.migrations.first,
            try migrator.appliedIdentifiers(database).contains(first)
        else { throw unusable("it is a database of another program") }
        guard try !migrator.hasBeenSuperseded(database) else {
            throw unusable("a newer oneshot has written it; use that one")
        }
        return try migrator.hasCompletedMigrations(database) ? .current : .older
    }

    private static func reader(_ url: URL) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(1)
        var log = stat()
        // A log means that somebody has it open, or had: what it says lies there in part. Without one the file says all,
        // and SQLite can be told that nobody will change it, so that it leaves nothing beside it
        // (https://www.sqlite.org/uri.html#uriimmutable).
        guard stat(url.path + "-wal", &log) != 0 || log.st_size == 0 else {
            return try DatabaseQueue(path: url.path, configuration: configuration)
        }
        do {
            return try DatabaseQueue(path: url.absoluteString + "?immutable=1", configuration: configuration)
        } catch let error as DatabaseError where error.resultCode == .SQLITE_CANTOPEN {
            // A SQLite that was built without names of this form.
            return try DatabaseQueue(path: url.path, configuration: configuration)
        }
    }
}

extension StoreError {
    /// What a query met in a file that had seemed to be one of ours.
    init(_ error: DatabaseError, path: String) {
        guard error.resultCode != .SQLITE_BUSY else {
            self = .locked(path: path)
            return
        }
        self = .unusable(path: path, reason: error.message ?? "\(error.resultCode)")
    }
}
