import Foundation
import OneShotCore
import OneShotTesting
import Testing

@testable import OneShotStore

@Suite("The spool")
struct SpoolTests {
    private func changes(_ count: Int, state: Exchange.State = .complete) -> [ExchangeChange] {
        (0..<count).map { index in
            var exchange = Sample.exchange("s", state: state, at: Int64(index))
            exchange.agentSessionID = "agent"
            exchange.status = 200
            exchange.cutBy = index == 1 ? "client" : nil
            var response = BodyChange(
                form: .raw,
                segments: [Data(Sample.text(300))],
                tail: Data("tail".utf8),
                size: 304
            )
            response.reencoded = 300
            var change = Sample.change(Int64(index), exchange, request: .whole(Data("{}".utf8)), response: response)
            change.secrets = [SecretFingerprint(name: "authorization", digest: Data([1, 2]), length: 9, rolling: -4)]
            return change
        }
    }

    @Test("changes come out as they went in, in their order, and the file is private")
    func roundTrip() async throws {
        try await withTemporaryDirectory { directory in
            let database = directory.appendingPathComponent("raw.sqlite3")
            let spool = try Spool.create(beside: database)
            try spool.append(changes(3))
            try spool.append(Array(changes(5)[3...]))
            #expect(spool.count == 5)
            let file = directory.appendingPathComponent(spool.name)
            #expect(try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions] as? Int == 0o600)
            let first = try #require(spool.next(limit: 1))
            #expect(first.changes == Array(changes(1)))
            spool.advance(to: first.position, count: 1)
            let rest = try #require(spool.next(limit: 1 << 20))
            #expect(rest.changes == Array(changes(5)[1...]))
            spool.advance(to: rest.position, count: 4)
            #expect(spool.next(limit: 1) == nil)
            #expect(spool.count == 0)
        }
    }

    @Test("a leftover goes on where the database says, once, and one in use is nobody's leftover")
    func leftover() async throws {
        try await Sample.withStore { store, url in
            var spool: Spool? = try Spool.create(beside: url)
            try spool?.append(changes(4))
            #expect(try await Spool.leftovers(beside: url, store: store).isEmpty)
            let first = try #require(spool?.next(limit: 1))
            _ = try await store.record(first.changes, from: first.position)
            // Its process is killed here, before it could note what it has done.
            spool = nil
            let found = try #require(try await Spool.leftovers(beside: url, store: store).first)
            #expect(found.count == 3)
            #expect(found.next(limit: 1 << 20)?.changes == Array(changes(4)[1...]))
        }
    }

    @Test("what a killed recorder left in its spool is stored without another, once, and nothing stays in flight")
    func recovery() async throws {
        try await Sample.withStore { store, url in
            var spool: Spool? = try Spool.create(beside: url)
            try spool?.append(changes(3) + changes(4, state: .inFlight)[3...])
            let first = try #require(spool?.next(limit: 1))
            _ = try await store.record(first.changes, from: first.position)
            let name = try #require(spool?.name)
            spool = nil
            for _ in 0..<2 { try await RawStore.recover(url) }
            let rows = try await store.exchanges(ofSession: "s", bodies: .withoutBodies)
            #expect(rows.map(\.state) == [.complete, .complete, .complete, .cut])
            #expect(rows.last?.cutBy == "recorder")
            #expect(rows.allSatisfy { $0.responseJSON == nil })
            #expect(try await store.exchanges(ofSession: "s").allSatisfy { $0.responseJSON != nil })
            let file = url.deletingLastPathComponent().appendingPathComponent(name)
            #expect(!FileManager.default.fileExists(atPath: file.path))
            #expect(try await store.position(ofSpool: name) == 0)
        }
    }

    @Test("a record that was torn off, and one that was damaged, end the spool")
    func damaged() async throws {
        try await Sample.withStore { store, url in
            for damage in [0, 1] {
                var spool: Spool? = try Spool.create(beside: url)
                try spool?.append(changes(2))
                let file = url.deletingLastPathComponent().appendingPathComponent(spool?.name ?? "")
                spool = nil
                var bytes = try Data(contentsOf: file)
                if damage == 0 { bytes.removeLast(5) } else { bytes[bytes.count - 5] ^= 1 }
                try bytes.write(to: file)
                let found = try #require(try await Spool.leftovers(beside: url, store: store).first)
                let next = try #require(found.next(limit: 1 << 20))
                #expect(next.changes == Array(changes(1)))
                found.advance(to: next.position, count: 1)
                #expect(found.next(limit: 1) == nil)
                found.remove()
            }
        }
    }

    @Test("an exchange that began and ended in a spool is one row, also when the replay was interrupted in between")
    func tokens() async throws {
        try await Sample.withStore { store, url in
            let position = SpoolPosition(name: "spool", offset: 10)
            var begun = Sample.change(77, Sample.exchange(state: .inFlight))
            begun.response = BodyChange(form: .raw, segments: [Data("first ".utf8)], size: 6)
            let id = try await store.record([begun], from: position)[0]
            let again = try RawStore.openForWriting(url)
            #expect(try await again.position(ofSpool: "spool") == 10)
            var ended = Sample.change(77, Sample.exchange(state: .complete))
            ended.response = BodyChange(form: .raw, segments: [Data("second".utf8)], size: 12)
            #expect(try await again.record([ended], from: position) == [id])
            let rows = try await again.exchanges(ofSession: "s")
            #expect(rows.map(\.state) == [.complete])
            #expect(rows.map(\.responseJSON) == [#"{"_raw":"first second"}"#])
            // The token is free again.
            #expect(try await again.record([begun], from: position) != [id])
        }
    }
}
