import Foundation
import GRDB
import OneShotCore
import OneShotProcess
import OneShotTesting
import Testing

@testable import OneShotStore

@Suite("A file in the place of a database")
struct DatabaseInspectionTests {
    /// Files that are none of ours, and what is said of them.
    private static let strangers: [(name: String, says: String)] = [
        ("empty", "is empty"), ("a database that is being made", "is empty"), ("a directory", "directory"),
        ("a text", "not a SQLite database"),
        ("a foreign database", "another program"), ("a foreign database in WAL mode", "another program"),
        ("a database of a newer oneshot", "newer"), ("a header and nothing behind it", "cannot be used"),
    ]

    private func make(_ name: String, at url: URL) throws {
        switch name {
        case "empty": try Data().write(to: url)
        case "a database that is being made":
            // As GRDB leaves it for whoever is ended just then.
            let queue = try DatabaseQueue(path: url.path)
            try queue.write {
                try $0.execute(sql: "CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY)")
            }
            try queue.close()
        case "a directory": try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
        case "a text": try Data("SQLite? no, a text\n".utf8).write(to: url)
        case "a header and nothing behind it":
            try Data("SQLite format 3\0".utf8 + [UInt8](repeating: 7, count: 5000)).write(to: url)
        case "a database of a newer oneshot":
            try CleanStore.openForWriting(url).database.write { database in
                try database.execute(sql: "INSERT INTO grdb_migrations VALUES ('99: from the future')")
            }
            try RawStore.settle(url)
        default:
            let queue = try DatabaseQueue(path: url.path)
            if name.contains("WAL") {
                try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = WAL") }
            }
            try queue.write { try $0.execute(sql: "CREATE TABLE songs (title TEXT); INSERT INTO songs VALUES ('x')") }
            try queue.close()
        }
    }

    @Test("is refused with a reason, and left as it is with nothing beside it", arguments: strangers)
    func refused(name: String, says: String) async throws {
        try await withTemporaryDirectory { directory in
            let url = directory.appendingPathComponent("traces.sqlite3")
            try make(name, at: url)
            let before = try? Data(contentsOf: url)
            let opening: [(URL) throws -> Void] = [
                { _ = try CleanStore.openForReading($0) }, { _ = try RawStore.openForReading($0) },
                { _ = try RawFollower.open($0) },
            ]
            for open in opening {
                let error = #expect(throws: StoreError.self) { try open(url) }
                let text = "\(try #require(error))"
                #expect(text.contains(url.path) && text.contains(says) || name.contains("newer"), "\(text)")
            }
            let isBlank = name == "empty" || name == "a database that is being made"
            if !isBlank { #expect(throws: StoreError.self) { try CleanStore.openForWriting(url) } }
            #expect("\(try #require(throws: StoreError.self) { try CleanStore.openForReading(url) })".contains(says))
            let after = try? Data(contentsOf: url)
            #expect(after == before)
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["traces.sqlite3"])
        }
    }

    @Test("damage behind a sound first page is told by the query that meets it")
    func damage() async throws {
        try await withTemporaryDirectory { directory in
            let url = directory.appendingPathComponent("traces.sqlite3")
            let store = try CleanStore.openForWriting(url)
            let turns = (1...200).map { index in
                Turn(
                    index: index,
                    exchangeIDs: [],
                    startedAt: "2026-01-01T00:00:00.000Z",
                    state: .complete,
                    output: String(repeating: "x", count: 1000)
                )
            }
            try store.save(
                [Session(sessionID: "a", createdAt: "2026-01-01", updatedAt: "2026-01-01", turns: turns)],
                cursor: 1
            )
            try (store.database as? DatabaseQueue)?.close()
            try RawStore.settle(url)
            var bytes = try Data(contentsOf: url)
            for offset in stride(from: 8192 * 3, to: bytes.count, by: 1) { bytes[offset] = 0x55 }
            try bytes.write(to: url)
            await #expect(throws: StoreError.self) { try await CleanStore.openForReading(url).session("a") }
            #expect(try Data(contentsOf: url) == bytes)
        }
    }

    @Test("ours is taken while it is written, and when it was left by a kill")
    func ours() async throws {
        try await withTemporaryDirectory { directory in
            let url = directory.appendingPathComponent("traces.sqlite3")
            let store = try CleanStore.openForWriting(url)
            try store.save([Session(sessionID: "a", createdAt: "2026", updatedAt: "2026")], cursor: 1)
            #expect(try await CleanStore.openForReading(url).cursor() == 1)
            // What a killed process leaves: the log is not folded in.
            let copy = directory.appendingPathComponent("copy.sqlite3")
            for suffix in ["", "-wal"] {
                try FileManager.default.copyItem(atPath: url.path + suffix, toPath: copy.path + suffix)
            }
            #expect(try await CleanStore.openForReading(copy).cursor() == 1)
        }
    }

    /// A process that closes a file loses all its locks on it; SQLite knows, and closes it late.
    @Test(
        "a look at it takes no lock away from the process's own writer, so that no other process folds its log in",
        .enabled(if: Tool.isAvailable("sqlite3"), "needs sqlite3")
    )
    func locks() async throws {
        try await withTemporaryDirectory { directory in
            let url = directory.appendingPathComponent("traces.sqlite3")
            let store = try CleanStore.openForWriting(url)
            func sessions() async throws -> String {
                try await Command("sqlite3", [url.path, "SELECT count(*) FROM cleaned_sessions"]).runChecked().text
            }
            try store.save([Session(sessionID: "a", createdAt: "2026", updatedAt: "2026")], cursor: 1)
            #expect(try await CleanStore.openForReading(url).cursor() == 1)
            let first = try await sessions()
            try store.save([Session(sessionID: "b", createdAt: "2026", updatedAt: "2026")], cursor: 2)
            let second = try await sessions()
            #expect([first, second] == ["1\n", "2\n"])
        }
    }
}
