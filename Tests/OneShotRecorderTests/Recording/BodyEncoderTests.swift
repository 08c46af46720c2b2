import Foundation
import NIOCore
import OneShotStore
import OneShotTesting
import OneShotWire
import Testing

@testable import OneShotRecorder

@Suite("From bytes to stored bodies")
struct BodyEncoderTests {
    /// What the view gives for a body that arrives in pieces and is stored after each of them.
    private func stored(
        _ body: [UInt8],
        pieces: Int,
        fields: [HTTPField] = [],
        isRequest: Bool = false,
        state: Exchange.State = .complete,
        secrets: [String] = [],
        limit: Int = 1 << 30
    ) async throws -> (text: String?, meta: String) {
        try await withTemporaryDirectory { directory in
            let store = try RawStore.openForWriting(directory.appendingPathComponent("raw.sqlite3"))
            let row = Exchange(startedAtMs: 1, method: "POST", url: "https://a/", transport: .http, sessionID: "s")
            var draft = ExchangeDraft(key: 1, row: row, bodyLimit: limit)
            draft.secrets = secrets
            if isRequest {
                draft.requestHead = try Heads.request(fields)
            } else {
                draft.responseHead = try Heads.response(fields)
            }
            var encoder = ExchangeEncoder()
            var id: Int64?
            for start in stride(from: 0, to: body.count, by: pieces) {
                let piece = ByteBuffer(bytes: body[start..<min(start + pieces, body.count)])
                if isRequest { draft.requestBody.append(piece) } else { draft.responseBody.append(piece) }
                var (change, _) = encoder.encode(draft, token: 1)
                draft.markSent()
                change.exchange.id = id
                id = try await store.record([change])[0]
            }
            draft.row.state = state
            var (change, _) = encoder.encode(draft, token: 1)
            change.exchange.id = id
            _ = try await store.record([change])
            let row0 = try #require(try await store.exchanges(ofSession: "s").first)
            return (isRequest ? row0.requestJSON : row0.responseJSON, row0.metaJSON)
        }
    }

    private static let json = HTTPField("Content-Type", "application/json")
    private static let events = HTTPField("Content-Type", "text/event-stream")

    private func base64(_ bytes: [UInt8]) -> String { "{\"_base64\":\"\(Data(bytes).base64EncodedString())\"}" }

    @Test("JSON is stored as it is, other text is wrapped, in whatever pieces", arguments: [3, 700, 100_000])
    func text(pieces: Int) async throws {
        let list = "[" + (0..<(pieces == 3 ? 20 : 4000)).map(String.init).joined(separator: ", ") + "]\n"
        #expect(try await stored(Array(list.utf8), pieces: pieces, fields: [Self.json]).text == list)
        #expect(try await stored(Array(list.utf8), pieces: pieces, fields: [Self.json], isRequest: true).text == list)
        let events = "data: {\"a\":\"\\n\"}\n\ndata: é\n\n"
        let raw = try await stored(Array(events.utf8), pieces: pieces, fields: [Self.events]).text
        #expect(raw == #"{"_raw":"data: {\"a\":\"\\n\"}\n\ndata: é\n\n"}"#)
        #expect(try await stored(Array(events.utf8), pieces: pieces, isRequest: true).text == events)
        let part = try await stored(Array(list.utf8.dropLast(3)), pieces: pieces, fields: [Self.json], state: .cut).text
        #expect(part?.hasPrefix("{\"_raw\":\"[0, 1") == true)
    }

    @Test("binary bytes are base64, also when the first of them comes late", arguments: [5, 6, 7, 4000, 100_000])
    func binary(pieces: Int) async throws {
        for count in pieces < 10 ? [10, 50] : [9000, 20_001] {
            let text = Array(String(repeating: "text that goes on and on; ", count: count / 26 + 1).utf8.prefix(count))
            for body in [text + [0] + text, text + [0xFF] + text, text + [0xC3]] {
                #expect(try await stored(body, pieces: pieces).text == base64(body))
                #expect(try await stored(body, pieces: pieces, isRequest: true).text == base64(body))
            }
            let declared = try await stored(text + [0], pieces: pieces, fields: [Self.events]).text
            #expect(declared == base64(text + [0]))
        }
    }

    @Test("content codings are undone; what is not in them is kept as it came", arguments: [10, 100_000])
    func coded(pieces: Int) async throws {
        let gzip = HTTPField("Content-Encoding", "gzip")
        let zipped = Array(
            Data(
                base64Encoded:
                    "H4sIAL4mA2sC/6tWSlSyijbUMdIxjtVRKkmtKFGyUirOz01VALEVSjISSxQyixWqMgsKUlOUagHVnIDoLwAAAA=="
            ) ?? Data()
        )
        let text = try await stored(zipped, pieces: pieces, fields: [Self.json, gzip])
        let body = try #require(ContentCoding.decode(ByteBuffer(bytes: zipped), coding: "gzip"))
        #expect(text.text == String(buffer: body))
        #expect(!text.meta.contains("response_decoding"))
        let plain = Array("{\"not\":\"zipped\"}".utf8)
        let kept = try await stored(plain, pieces: pieces, fields: [Self.json, gzip])
        #expect(kept.text == String(decoding: plain, as: UTF8.self))
        #expect(kept.meta.contains("response_decoding"))
        let unknown = try await stored(plain, pieces: pieces, fields: [HTTPField("Content-Encoding", "x-own")])
        #expect(unknown.text == String(decoding: plain, as: UTF8.self))
        #expect(unknown.meta.contains("x-own"))
    }

    @Test("a secret goes also where two pieces meet, and what is over the limit goes too")
    func secretsAndLimit() async throws {
        let body = Array("{\"env\":\"KEY=sk-123456789012\"}".utf8)
        let text = try await stored(body, pieces: 4, fields: [Self.json], secrets: ["sk-123456789012"]).text
        #expect(text == #"{"env":"KEY=[REDACTED]"}"#)
        let cut = try await stored(Array("0123456789".utf8), pieces: 4, limit: 6)
        #expect(cut.text == #"{"_raw":"012345"}"#)
        #expect(cut.meta.contains("\"response_truncated\":true"))
        #expect(cut.meta.contains("\"response_bytes\":10"))
    }
}

/// Heads as they come off the wire.
enum Heads {
    static func request(_ fields: [HTTPField] = [], target: String = "/") throws -> HTTPHead {
        try head("POST \(target) HTTP/1.1", fields, .requests)
    }

    static func response(_ fields: [HTTPField] = []) throws -> HTTPHead {
        try head("HTTP/1.1 200 OK", fields + [HTTPField("Content-Length", "0")], .responses)
    }

    private static func head(
        _ start: String,
        _ fields: [HTTPField],
        _ direction: HTTPMessageFramer.Role
    ) throws -> HTTPHead {
        var framer = HTTPMessageFramer(direction)
        framer.requestMethod = "POST"
        let lines = [start] + fields.map { "\($0.name): \($0.value)" }
        framer.append(ByteBuffer(string: lines.joined(separator: "\r\n") + "\r\n\r\n"))
        guard case .head(let head, _) = try framer.next() else { throw HeadMissing() }
        return head
    }

    private struct HeadMissing: Error {}
}
