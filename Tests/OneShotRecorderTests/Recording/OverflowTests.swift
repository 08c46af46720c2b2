import Foundation
import Logging
import NIOCore
import OneShotStore
import OneShotTesting
import Testing

@testable import OneShotRecorder

@Suite("Bodies that wait", .timeLimit(.minutes(3)))
struct OverflowTests {
    private func draft(_ key: Int) -> ExchangeDraft {
        let row = Exchange(startedAtMs: 1, method: "POST", url: "https://a/\(key)", transport: .http, sessionID: "s")
        return ExchangeDraft(key: key, row: row, bodyLimit: 1 << 30)
    }

    private func writer(_ directory: URL) throws -> (writer: ExchangeWriter, store: RawStore) {
        let database = directory.appendingPathComponent("raw.sqlite3")
        let store = try RawStore.openForWriting(database)
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        return (ExchangeWriter(store: store, database: database, logger: logger), store)
    }

    private func text(_ number: Int, _ count: Int) -> String {
        String((0..<count / 8).map { "\(10_000_000 + (number * 7919 + $0) % 89_999_999)" }.joined())
    }

    /// Hands over a body in pieces, as an event loop does.
    private func submit(_ draft: ExchangeDraft, _ pieces: [String], to writer: ExchangeWriter) {
        var draft = draft
        for piece in pieces {
            draft.requestBody.append(ByteBuffer(string: piece))
            writer.submit(draft)
            draft.markSent()
        }
        draft.row.state = .complete
        writer.submit(draft)
    }

    @Test("what nobody writes leaves the memory, has no name on the disk, and is stored whole in the end")
    func putAway() async throws {
        try await withTemporaryDirectory { directory in
            let (writer, store) = try writer(directory)
            let bodies = (0..<3).map { body in (0..<80).map { text(body * 100 + $0, 128 << 10) } }
            for (key, body) in bodies.enumerated() { submit(draft(key), body, to: writer) }
            let deadline = ContinuousClock.now + .seconds(60)
            while writer.pendingWeight > 8 << 20 {
                try #require(ContinuousClock.now < deadline, "30 MB wait, \(writer.pendingWeight) bytes in memory")
                try await Task.sleep(for: .milliseconds(10))
            }
            let names = try FileManager.default.contentsOfDirectory(atPath: directory.path)
            #expect(names.allSatisfy { $0.hasPrefix("raw.sqlite3") })
            writer.finish()
            var desk = WritingDesk(writer)
            await desk.run()
            let rows = try await store.exchanges(ofSession: "s")
            #expect(rows.map(\.state) == [.complete, .complete, .complete])
            #expect(rows.map { $0.requestJSON ?? "" } == bodies.map { $0.joined() })
            #expect(writer.lost == 0)
            #expect(writer.pendingWeight == 0)
        }
    }

    @Test("a batch is small whatever waits, and a short exchange does not wait for all of a long one")
    func batches() async throws {
        try await withTemporaryDirectory { directory in
            let (writer, _) = try writer(directory)
            submit(draft(1), (0..<80).map { text($0, 128 << 10) }, to: writer)
            submit(draft(2), ["short"], to: writer)
            var bytes = 0
            var batches = 0
            while case let batch = writer.takeBatch(), !batch.isEmpty {
                if batches == 0 { #expect(batch.map(\.key) == [1, 2]) }
                #expect(batch.reduce(0) { $0 + $1.unsentBytes } < 5 << 20)
                for part in batch where part.key == 1 {
                    bytes += part.unsentBytes
                    #expect(part.isFinal == (bytes == 80 * 128 << 10))
                }
                batches += 1
            }
            #expect(bytes == 80 * 128 << 10)
            #expect(batches == 10)
        }
    }

    @Test("messages of a WebSocket leave the memory too, and keep their order")
    func messages() async throws {
        try await withTemporaryDirectory { directory in
            let (writer, store) = try writer(directory)
            var draft = draft(1)
            draft.row.method = "WEBSOCKET"
            let texts = (0..<200).map { #"{"n":\#($0),"text":"\#(text($0, 64 << 10))"}"# }
            for text in texts {
                draft.append(.init(isFromClient: false, atMs: 0, payload: ByteBuffer(string: text), isText: true))
                writer.submit(draft)
                draft.markSent()
            }
            draft.row.state = .complete
            writer.submit(draft)
            writer.finish()
            var desk = WritingDesk(writer)
            await desk.run()
            let rows = try await store.exchanges(ofSession: "s")
            #expect(rows.map { $0.responseJSON ?? "" } == ["[\(texts.joined(separator: ","))]"])
        }
    }

    @Test("an overflow gives bytes back as they were, and its room when it is empty; a disk that refuses leaves them")
    func pieces() throws {
        let bytes = ByteBuffer(bytes: (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 31) })
        let overflow = Overflow(directory: FileManager.default.temporaryDirectory)
        var pieces = (0..<3).map { _ in Overflow.Piece(bytes, of: overflow) }
        #expect(overflow.inMemory == 300_000)
        pieces[0].putAway()
        pieces[1].putAway()
        #expect(overflow.inMemory == 100_000)
        for piece in pieces { #expect(try piece.bytes() == bytes) }
        pieces = []
        #expect(overflow.inMemory == 0)

        let nowhere = Overflow(directory: URL(fileURLWithPath: "/nonexistent"))
        let piece = Overflow.Piece(bytes, of: nowhere)
        piece.putAway()
        #expect(!nowhere.isUsable)
        #expect(nowhere.inMemory == 100_000)
        #expect(try piece.bytes() == bytes)
    }
}
