import Foundation
import Logging
import NIOCore
import OneShotProcess
import OneShotStore
import OneShotTesting
import Testing

@testable import OneShotRecorder

@Suite("Integration: a database that refuses", .timeLimit(.minutes(3)))
struct RefusingDatabaseTests {
    private func draft(_ key: Int, state: Exchange.State = .complete, body: Int = 3000) -> ExchangeDraft {
        let row = Exchange(
            startedAtMs: Int64(key),
            method: "POST",
            url: "https://a/\(key)",
            transport: .http,
            state: state,
            sessionID: "s"
        )
        var draft = ExchangeDraft(key: key, row: row, bodyLimit: 1 << 30)
        draft.requestBody.append(ByteBuffer(string: "request \(key) " + String(repeating: "x", count: body)))
        return draft
    }

    private func withWriter(
        _ directory: URL,
        weightLimit: Int = 512 << 20,
        _ body: (ExchangeWriter, RawStore) async throws -> Void
    ) async throws {
        let database = directory.appendingPathComponent("raw.sqlite3")
        let store = try RawStore.openForWriting(database)
        let writer = ExchangeWriter(
            store: store,
            database: database,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            weightLimit: weightLimit
        )
        let writing = Task {
            var desk = WritingDesk(writer)
            await desk.run()
        }
        do {
            try await body(writer, try RawStore.openForReading(database))
        } catch {
            writer.finish()
            await writing.value
            throw error
        }
        writer.finish()
        await writing.value
    }

    private func wait(_ what: Comment, _ condition: () async throws -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(60)
        while try await !condition() {
            try #require(ContinuousClock.now < deadline, what)
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    private func names(_ directory: URL) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: directory.path).filter { $0.contains("-spool-") }
    }

    private static let holder = """
        import sqlite3, sys, time
        db = sqlite3.connect(sys.argv[1], isolation_level=None)
        db.execute("BEGIN IMMEDIATE")
        open(sys.argv[2], "w").close()
        while True:
            try: open(sys.argv[3])
            except FileNotFoundError: time.sleep(0.01)
            else: break
        db.execute("COMMIT")
        """

    /// Runs `body` while another process holds the database's lock.
    private func whileLocked<Value>(_ directory: URL, _ body: () async throws -> Value) async throws -> Value {
        let held = directory.appendingPathComponent("held")
        let release = directory.appendingPathComponent("release")
        let database = directory.appendingPathComponent("raw.sqlite3")
        let arguments = ["-c", Self.holder, database.path, held.path, release.path]
        async let holder = Command("python3", arguments, timeout: .seconds(120)).runChecked()
        do {
            try await wait("the lock is held") { FileManager.default.fileExists(atPath: held.path) }
            let value = try await body()
            try Data().write(to: release)
            _ = try await holder
            try FileManager.default.removeItem(at: held)
            try FileManager.default.removeItem(at: release)
            return value
        } catch {
            try Data().write(to: release)
            throw error
        }
    }

    @Test("while another process holds the lock, changes go to the spool, and then into the database in their order")
    func locked() async throws {
        try await withTemporaryDirectory { directory in
            try await withWriter(directory) { writer, reader in
                writer.submit(draft(1, state: .inFlight))
                try await wait("the first row is there") { try await reader.counts()[.inFlight] == 1 }
                try await whileLocked(directory) {
                    for key in 2...600 {
                        writer.submit(draft(key, state: key % 3 == 0 ? .inFlight : .complete))
                        if key % 100 == 0 { try await Task.sleep(for: .milliseconds(100)) }
                    }
                    for key in 1...600 where key % 3 == 0 || key == 1 { writer.submit(draft(key, body: 10)) }
                    try await wait("everything is spooled") { writer.pendingCount == 0 && writer.spooled >= 599 }
                    #expect(writer.trouble != nil)
                    #expect(try names(directory).count == 1)
                    #expect(try await reader.counts() == [.inFlight: 1])
                }
                try await wait("everything is stored") { try await reader.counts() == [.complete: 600] }
                try await wait("the spool is gone") { try writer.spooled == 0 && names(directory).isEmpty }
                #expect(writer.lost == 0)
                #expect(writer.trouble == nil)
                let rows = try await reader.exchanges(ofSession: "s")
                #expect(rows.map(\.url) == (1...600).map { "https://a/\($0)" })
                for row in rows {
                    let key = row.startedAtMs
                    let first = "request \(key) " + String(repeating: "x", count: 3000)
                    let second = "request \(key) " + String(repeating: "x", count: 10)
                    #expect(row.requestJSON == (key % 3 == 0 || key == 1 ? first + second : first))
                }
            }
        }
    }

    @Test("what is in the spool when the recorder ends comes into the database at the next start")
    func restart() async throws {
        try await withTemporaryDirectory { directory in
            let database = directory.appendingPathComponent("raw.sqlite3")
            // The monitor has it open, say: a database whose log is empty cannot be opened while it is locked.
            let monitor = try RawStore.openForWriting(database)
            let other = Exchange(startedAtMs: 1, method: "GET", url: "https://a/", transport: .http, sessionID: "other")
            _ = try await monitor.save([other])
            try await monitor.closeAbandoned()
            try await whileLocked(directory) {
                try await withWriter(directory) { writer, _ in
                    for key in 1...50 { writer.submit(draft(key, state: key == 50 ? .inFlight : .complete)) }
                    try await wait("everything is spooled") { writer.spooled == 50 }
                }
                #expect(try names(directory).count == 1)
            }
            try await withWriter(directory) { writer, reader in
                writer.submit(draft(51, state: .inFlight))
                // The one that was in flight has nobody who could end it.
                try await wait("all are stored") {
                    try await reader.counts() == [.complete: 49, .cut: 2, .inFlight: 1]
                }
                #expect(try await reader.exchanges(ofSession: "s").map(\.startedAtMs) == Array(1...51).map(Int64.init))
            }
            #expect(try names(directory).isEmpty)
        }
    }

    @Test("a recorder that starts while another process holds the lock spools, and stores it when the lock is gone")
    func startLocked() async throws {
        try await withTemporaryDirectory { directory in
            let database = directory.appendingPathComponent("raw.sqlite3")
            _ = try RawStore.openForWriting(database)
            try RawStore.settle(database)
            let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            let writer = ExchangeWriter(store: nil, database: database, logger: logger)
            let writing = try await whileLocked(directory) {
                #expect(throws: StoreError.locked(path: database.path)) {
                    try RawStore.openForWriting(database, patience: .milliseconds(20))
                }
                #expect(RawStore.isUpToDate(database))
                let writing = Task {
                    var desk = WritingDesk(writer)
                    await desk.run()
                }
                await writer.waitForStart()
                #expect(writer.trouble?.contains("is locked by another process") == true)
                for key in 1...50 { writer.submit(draft(key)) }
                try await wait("everything is spooled") { writer.spooled == 50 }
                return writing
            }
            let reader = try RawStore.openForReading(database)
            try await wait("everything is stored") { try await reader.counts() == [.complete: 50] }
            writer.finish()
            await writing.value
            #expect(writer.lost == 0)
            #expect(try names(directory).isEmpty)
        }
    }

    @Test("another process can prune and vacuum while exchanges are recorded, and none of these is lost")
    func retention() async throws {
        try await withTemporaryDirectory { directory in
            try await withWriter(directory) { writer, reader in
                for key in 1...20 { writer.submit(draft(key, body: 100_000)) }
                try await wait("the old ones are there") { try await reader.counts()[.complete] == 20 }
                let recording = Task {
                    for key in 21...220 {
                        var draft = draft(key)
                        draft.row.sessionID = "new"
                        draft.row.startedAtMs = 1_000_000
                        writer.submit(draft)
                        try await Task.sleep(for: .milliseconds(3))
                    }
                }
                let other = try RawStore.openForWriting(directory.appendingPathComponent("raw.sqlite3"))
                let report = try await other.prune(olderThan: 1000)
                #expect(report.exchanges == 20)
                try await other.vacuum()
                try await recording.value
                try await wait("all are stored") { try await reader.exchanges(ofSession: "new").count == 200 }
                try await wait("the spool is gone") { try writer.spooled == 0 && names(directory).isEmpty }
                #expect(try await reader.exchanges(ofSession: "s").isEmpty)
                #expect(writer.lost == 0)
                for row in try await reader.exchanges(ofSession: "new") {
                    #expect(row.requestJSON?.hasPrefix("request \(row.url.dropFirst(10)) xxx") == true)
                }
            }
        }
    }

    @Test(
        "on a full disk exchanges wait in memory, what has no room there is counted, and recording goes on by itself",
        .enabled(if: geteuid() == 0 && Tool.isAvailable("mount"), "needs root"),
        arguments: [64 << 20, 200_000]
    )
    func fullDisk(weightLimit: Int) async throws {
        try await withTemporaryDirectory { directory in
            let small = directory.appendingPathComponent("small")
            try FileManager.default.createDirectory(at: small, withIntermediateDirectories: false)
            let mount = try await Command("mount", ["-t", "tmpfs", "-o", "size=4m", "tmpfs", small.path]).run()
            // Containers have no right to.
            guard mount.succeeded else { return }
            do {
                try await fill(small, weightLimit: weightLimit)
                _ = try await Command("umount", ["-l", small.path]).run()
            } catch {
                _ = try await Command("umount", ["-l", small.path]).run()
                throw error
            }
        }
    }

    private func fill(_ directory: URL, weightLimit: Int) async throws {
        try await withWriter(directory, weightLimit: weightLimit) { writer, reader in
            writer.submit(draft(1))
            try await wait("the first row is there") { try await reader.counts()[.complete] == 1 }
            let filler = directory.appendingPathComponent("filler")
            _ = try await Command("dd", ["if=/dev/zero", "of=\(filler.path)", "bs=4k"]).run()
            for key in 2...101 { writer.submit(draft(key)) }
            try await wait("nothing can be written") { writer.trouble != nil && writer.pendingCount >= 40 }
            try await Task.sleep(for: .milliseconds(300))
            #expect(try await reader.counts() == [.complete: 1])
            try FileManager.default.removeItem(at: filler)
            try await wait("it is written again") {
                writer.pendingCount == 0 && writer.trouble == nil && writer.spooled == 0
            }
            let rows = try await reader.exchanges(ofSession: "s")
            let whole = rows.filter { ($0.requestJSON?.utf8.count ?? 0) > 3000 }
            if weightLimit > 1 << 20 {
                #expect(writer.lost == 0)
                #expect(whole.count == 101)
            } else {
                #expect(writer.lost > 0)
                #expect(whole.count + writer.lost == 101)
                #expect(rows.filter { $0.metaJSON.contains("bodies_lost") }.count == rows.count - whole.count)
            }
            writer.submit(draft(102))
            try await wait("recording goes on") { try await reader.exchanges(ofSession: "s").last?.startedAtMs == 102 }
        }
    }
}
