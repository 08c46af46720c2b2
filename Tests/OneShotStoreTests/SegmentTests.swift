import Foundation
import OneShotProcess
import OneShotTesting
import Testing

@testable import OneShotStore

@Suite("Segments")
struct SegmentTests {
    private func segments(of bytes: [UInt8], pieces: Int) -> (segments: [Data], tail: Data) {
        var cutter = SegmentCutter()
        var segments: [Data] = []
        for start in stride(from: 0, to: bytes.count, by: pieces) {
            bytes[start..<min(start + pieces, bytes.count)].withUnsafeBytes {
                cutter.append($0) { segments.append($0) }
            }
        }
        return (segments, cutter.tail)
    }

    @Test("a body falls into the same segments however it arrives, and they make up the body")
    func piecesDoNotMatter() {
        let body = Sample.text(60_000)
        let whole = segments(of: body, pieces: body.count)
        #expect(whole.segments.reduce(Data(), +) + whole.tail == Data(body))
        #expect(whole.segments.count > 20)
        #expect(whole.segments.allSatisfy { (256...2048).contains($0.count) })
        for size in [7, 1000, 8191, 8192, 30_000] {
            let other = segments(of: body, pieces: size)
            #expect(other.segments == whole.segments, "in pieces of \(size)")
            #expect(other.tail == whole.tail)
        }
    }

    @Test("what is put in changes only the segments around it")
    func insertion() {
        let body = Sample.text(200_000)
        let changed = Array(body[..<100_000]) + Array("something new".utf8) + Array(body[100_000...])
        let before = segments(of: body, pieces: 4096).segments
        let after = segments(of: changed, pieces: 4096).segments
        #expect(Set(after).subtracting(before).count <= 3)
    }

    @Test("a short body is one piece, and a long one has longer segments further on")
    func sizes() {
        #expect(segments(of: Sample.text(SegmentCutter.inlineLimit), pieces: 100).segments.isEmpty)
        let long = segments(of: Sample.text(4 << 20), pieces: 1 << 20).segments
        #expect(long.count < 2500)
    }

    @Test("base64 in pieces is base64 of the whole")
    func base64() {
        let bytes = Data((0..<1000).map { UInt8(truncatingIfNeeded: $0 * 7) })
        for size in [1, 2, 3, 4, 999] {
            var stream = Base64Stream()
            var text = Data()
            for start in stride(from: 0, to: bytes.count, by: size) {
                text.append(stream.append(bytes[start..<min(start + size, bytes.count)]))
            }
            #expect(text + stream.ending == bytes.base64EncodedData())
        }
    }
}

/// Reproducible content.
enum Sample {
    /// Text that does not repeat itself.
    static func text(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
        var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
        return (0..<count).map { _ in
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return UInt8(97 + state % 26)
        }
    }

    static func exchange(_ session: String = "s", state: Exchange.State = .complete, at ms: Int64 = 1) -> Exchange {
        Exchange(
            startedAtMs: ms,
            method: "POST",
            url: "https://api.openai.com/v1/responses",
            transport: .http,
            state: state,
            sessionID: session
        )
    }

    static func change(
        _ token: Int64,
        _ exchange: Exchange = exchange(),
        request: BodyChange? = nil,
        response: BodyChange? = nil
    ) -> ExchangeChange {
        ExchangeChange(token: token, exchange: exchange, request: request, response: response)
    }

    /// A database in a directory of its own, with its file.
    static func withStore(_ body: (RawStore, URL) async throws -> Void) async throws {
        try await withTemporaryDirectory { directory in
            let url = directory.appendingPathComponent("raw.sqlite3")
            try await body(try RawStore.openForWriting(url), url)
        }
    }
}

@Suite("Integration: bodies in the sqlite3 shell", .enabled(if: Tool.isAvailable("sqlite3"), "needs sqlite3"))
struct StoredBodyTests {
    private func shell(_ database: URL, _ query: String) async throws -> Data {
        try await Command("sqlite3", [database.path, query]).runChecked().standardOutput
    }

    private func hex(_ data: Data) -> String { data.map { String(format: "%02X", $0) }.joined() }

    private func stored(_ text: Data, _ form: BodyChange.Form = .text) -> BodyChange {
        var change = BodyChange.whole(text)
        change.form = form
        return change
    }

    @Test("text comes back byte for byte, short and long, UTF-8 or not")
    func text() async throws {
        try await Sample.withStore { store, url in
            let bodies: [Data] = [
                Data("{}".utf8), Data(), Data(Sample.text(50_000)), Data([0x22, 0xFF, 0xC3, 0x28, 0x22, 0x0A]),
                Data(Sample.text(20_000)) + Data([0xC3]) + Data(Sample.text(20_000, seed: 2)) + Data([0xF0, 0x9F]),
            ]
            _ = try await store.record(bodies.enumerated().map { Sample.change(Int64($0), request: stored($1)) })
            let rows = try await shell(url, "SELECT hex(request_json) FROM traces ORDER BY id")
            #expect(String(decoding: rows, as: UTF8.self) == bodies.map { hex($0) + "\n" }.joined())
        }
    }

    @Test("other text, binary bytes and messages are wrapped in JSON")
    func wrapped() async throws {
        try await Sample.withStore { store, url in
            let events = "data: \"\\ \u{1}é\n\n" + String(decoding: Sample.text(20_000), as: UTF8.self)
            let binary = Data((0..<30_000).map { UInt8(truncatingIfNeeded: $0 &* 31) })
            _ = try await store.record([
                Sample.change(1, response: stored(Data(events.utf8), .raw)),
                Sample.change(2, response: stored(binary.base64EncodedData(), .base64)),
                Sample.change(3, response: stored(Data(#"{"a":1},"b""#.utf8), .array)),
            ])
            #expect(try await store.exchanges(ofSession: "s")[2].responseJSON == #"[{"a":1},"b"]"#)
            let raw = try await shell(url, "SELECT json_extract(response_json, '$._raw') FROM traces WHERE id = 1")
            #expect(raw == Data((events + "\n").utf8))
            let base64 = try await shell(
                url,
                "SELECT json_extract(response_json, '$._base64') FROM traces WHERE id = 2"
            )
            #expect(Data(base64Encoded: base64.dropLast()) == binary)
        }
    }

    @Test("a body that grows is whole at every moment, and its segments are stored once")
    func growing() async throws {
        try await Sample.withStore { store, url in
            let body = Sample.text(40_000)
            var cutter = SegmentCutter()
            var id: Int64?
            for start in stride(from: 0, to: body.count, by: 3000) {
                var segments: [Data] = []
                let end = min(start + 3000, body.count)
                body[start..<end].withUnsafeBytes { cutter.append($0) { segments.append($0) } }
                var exchange = Sample.exchange(state: .inFlight)
                exchange.id = id
                let change = BodyChange(form: .text, segments: segments, tail: cutter.tail, size: end)
                id = try await store.record([Sample.change(1, exchange, response: change)])[0]
                let text = try await store.exchanges(ofSession: "s").first?.responseJSON
                #expect(text == String(decoding: body[..<end], as: UTF8.self))
            }
            var rest: [Data] = []
            cutter.finish { rest.append($0) }
            _ = try await store.record([Sample.change(2, request: .whole(Data(body)))])
            #expect(try await shell(url, "SELECT SUM(length(bytes)) FROM segments") == Data("40000\n".utf8))
            #expect(try await shell(url, "SELECT COUNT(*) FROM runs WHERE exchange_id = 2") == Data("1\n".utf8))
        }
    }

    @Test("what turns out to be binary after it was stored as text becomes base64", arguments: [9000, 9001, 9002])
    func reencoded(length: Int) async throws {
        try await Sample.withStore { store, url in
            let text = Data(Sample.text(length))
            var first = BodyChange(form: .raw, segments: [text], size: length)
            let id = try await store.record([Sample.change(1, Sample.exchange(state: .inFlight), response: first)])[0]
            var base64 = Base64Stream()
            let carried = text.suffix(length % 3) + Data([0, 1, 2, 3])
            first = BodyChange(form: .base64, segments: [base64.append(carried)], size: 0)
            first.reencoded = length - length % 3
            first.tail = base64.ending
            var exchange = Sample.exchange()
            exchange.id = id
            _ = try await store.record([Sample.change(1, exchange, response: first)])
            let stored = try await shell(url, "SELECT json_extract(response_json, '$._base64') FROM traces")
            #expect(Data(base64Encoded: stored.dropLast()) == text + Data([0, 1, 2, 3]))
        }
    }

    @Test("a hundred turns that grow by 4 kB each take at most three times what is new")
    func growth() async throws {
        try await withTemporaryDirectory { directory in
            let url = directory.appendingPathComponent("raw.sqlite3")
            let turns = 100
            let store = try RawStore.openForWriting(url)
            let start = "{\"model\":\"gpt-5\",\"instructions\":\"\(text(6000, seed: 1))\",\"input\":["
            let end = "],\"tools\":[\"\(text(9000, seed: 2))\"],\"stream\":true}"
            var history = ""
            for turn in 0..<turns {
                history += "\(turn > 0 ? "," : "")\"\(text(4096, seed: UInt64(turn) + 10))\""
                var exchange = Sample.exchange()
                exchange.metaJSON = "{\"status\":200,\"request_headers\":\"\(text(900, seed: UInt64(turn) + 500))\"}"
                let answer = "data: \(text(1500, seed: UInt64(turn) + 1000))\n\n"
                let response = stored(Data(answer.utf8), .raw)
                let request = BodyChange.whole(Data((start + history + end).utf8))
                _ = try await store.record([Sample.change(1, exchange, request: request, response: response)])
            }
            let last = try #require(try await store.exchanges(ofSession: "s").last)
            #expect(last.requestJSON == start + history + end)
            try RawStore.settle(url)
            let size = try #require(FileManager.default.attributesOfItem(atPath: url.path)[.size] as? Int)
            let factor = Double(size) / Double(turns * 4096)
            #expect(factor <= 3, "the file has \(size) bytes")
        }
    }

    private func text(_ count: Int, seed: UInt64) -> String {
        String(decoding: Sample.text(count, seed: seed), as: UTF8.self)
    }
}
