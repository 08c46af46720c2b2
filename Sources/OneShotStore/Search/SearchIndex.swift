public import Foundation
import GRDB
import OneShotCore

/// The words of sessions, for a search over all of them: a cache beside the cleaner's database, in a file that only its
/// owner can read and that may be deleted at any time.
public struct SearchIndex: Sendable {
    let queue: DatabaseQueue
    private let url: URL

    /// Beside the cleaner's database, `search.sqlite3`.
    public static func url(beside database: URL) -> URL {
        database.deletingLastPathComponent().appendingPathComponent("search.sqlite3")
    }

    /// Opens the index. One of another version, or a damaged one, is made anew.
    ///
    /// - Throws: ``StoreError/unusable(path:reason:)`` for a file that is no index of ours; it is left as it is.
    public static func open(_ url: URL) throws -> SearchIndex {
        try AtomicFile.makeDirectory(url.deletingLastPathComponent(), mode: 0o700)
        if try !isCurrent(url) { try remove(url) }
        do {
            return try make(url)
        } catch let error as DatabaseError where error.isDamage {
            try remove(url)
            return try make(url)
        } catch let error as DatabaseError {
            throw StoreError(error, path: url.path)
        }
    }

    /// Removes the file, if there is one.
    ///
    /// - Throws: ``FileError/unwritable(path:reason:)``.
    public static func remove(_ url: URL) throws {
        guard unlink(url.path) == 0 || errno == ENOENT else {
            throw FileError.unwritable(path: url.path, reason: String(cString: strerror(errno)))
        }
        unlink(url.path + "-journal")
    }

    /// Runs `body` on the index; a damaged one is made anew, and `body` runs once more.
    public static func using<Value>(
        _ url: URL,
        _ body: (SearchIndex) async throws -> Value
    ) async throws -> Value {
        do {
            return try await body(try open(url))
        } catch let error as DatabaseError where error.isDamage {
            try remove(url)
            return try await body(try open(url))
        } catch let error as DatabaseError {
            throw StoreError(error, path: url.path)
        }
    }

    /// "ones1", in the header of the file.
    private static let applicationID: UInt32 = 0x6F6E_6573
    private static let version: UInt32 = 1

    /// - Returns: false for a file of ours that has to be made anew.
    private static func isCurrent(_ url: URL) throws -> Bool {
        var facts = stat()
        guard stat(url.path, &facts) == 0 else { return true }
        let refusal = StoreError.unusable(path: url.path, reason: "it is not a search index of oneshot's")
        guard facts.st_mode & S_IFMT == S_IFREG else { throw refusal }
        guard facts.st_size > 0 else { return true }
        // https://www.sqlite.org/fileformat.html#the_database_header
        guard let file = try? FileHandle(forReadingFrom: url), let header = try? file.read(upToCount: 100),
            header.count == 100, header.starts(with: Array("SQLite format 3\0".utf8)),
            header.number(at: 68) == applicationID
        else { throw refusal }
        return header.number(at: 60) == version
    }

    private static func make(_ url: URL) throws -> SearchIndex {
        // Before SQLite makes it readable for others.
        close(Foundation.open(url.path, O_CREAT | O_RDWR | O_CLOEXEC, 0o600))
        var configuration = Configuration()
        configuration.busyMode = .timeout(10)
        // What is removed from it must be gone.
        configuration.prepareDatabase { try $0.execute(sql: "PRAGMA secure_delete = ON") }
        let queue = try DatabaseQueue(path: url.path, configuration: configuration)
        try queue.write { database in
            guard try !database.tableExists("sessions") else { return }
            try database.execute(sql: tables)
            try database.execute(
                sql: "PRAGMA application_id = \(applicationID); PRAGMA user_version = \(version)"
            )
        }
        return SearchIndex(queue: queue, url: url)
    }

    /// `texts` has a row for each text, with its id in `places`. A text was read from the turn `source`, and is shown
    /// with the turn `turn`: a result comes with a later turn than its call.
    private static let tables = """
        CREATE TABLE state (catalog TEXT NOT NULL);
        INSERT INTO state VALUES ('');
        CREATE TABLE sessions (
            id INTEGER PRIMARY KEY,
            session_id TEXT NOT NULL UNIQUE,
            stamp TEXT NOT NULL,
            settled INTEGER NOT NULL
        );
        CREATE TABLE places (
            id INTEGER PRIMARY KEY,
            session INTEGER NOT NULL,
            source INTEGER NOT NULL,
            turn INTEGER NOT NULL,
            place TEXT NOT NULL,
            tool TEXT,
            model TEXT,
            started_at TEXT NOT NULL
        );
        CREATE INDEX places_by_source ON places(session, source);
        CREATE TABLE calls (
            session INTEGER NOT NULL,
            call_id TEXT NOT NULL,
            turn INTEGER NOT NULL,
            name TEXT NOT NULL,
            result_source INTEGER,
            PRIMARY KEY (session, call_id)
        ) WITHOUT ROWID;
        CREATE VIRTUAL TABLE texts USING fts5(text, tokenize = 'unicode61 remove_diacritics 2');
        """
}

extension DatabaseError {
    fileprivate var isDamage: Bool { [.SQLITE_CORRUPT, .SQLITE_NOTADB].contains(resultCode) }
}

extension Data {
    /// Four bytes, the highest first.
    fileprivate func number(at offset: Int) -> UInt32 {
        self[startIndex + offset..<startIndex + offset + 4].reduce(0) { $0 << 8 | UInt32($1) }
    }
}
