import NIOCore
import OneShotStore
import Testing

@testable import OneShotRecorder

@Suite("Memory of an exchange")
struct BoundedMemoryTests {
    private func draft() -> ExchangeDraft {
        let row = Exchange(startedAtMs: 1, method: "POST", url: "https://a/", transport: .http, sessionID: "s")
        return ExchangeDraft(key: 1, row: row, bodyLimit: 1 << 30)
    }

    @Test("while 100 MB pass in either direction, a draft that is handed over keeps less than a megabyte")
    func bodies() {
        var draft = draft()
        let piece = ByteBuffer(repeating: 0x61, count: 64 << 10)
        var heaviest = 0
        for _ in 0..<1600 {
            draft.requestBody.append(piece)
            draft.responseBody.append(piece)
            heaviest = max(heaviest, draft.weight + draft.requestBody.bytes.capacity)
            if draft.unsentBytes >= 256 << 10 { draft.markSent() }
        }
        #expect(draft.requestBody.total == 100 << 20)
        #expect(heaviest < 1 << 20)
    }

    @Test("so it does while 100 MB of messages pass")
    func messages() {
        var draft = draft()
        let piece = ByteBuffer(repeating: 0x61, count: 16 << 10)
        var heaviest = 0
        for _ in 0..<6400 {
            draft.append(.init(isFromClient: false, atMs: 0, payload: piece, isText: true))
            heaviest = max(heaviest, draft.weight)
            if draft.unsentBytes >= 256 << 10 { draft.markSent() }
        }
        #expect(draft.messageBytes == 100 << 20)
        #expect(heaviest < 1 << 20)
    }

    @Test("the encoder keeps a segment of a body, not the body")
    func encoder() {
        var encoder = ExchangeEncoder()
        var draft = draft()
        var largest = 0
        for index in 0..<256 {
            draft.responseBody.append(ByteBuffer(repeating: UInt8(32 + index % 64), count: 64 << 10))
            let (change, _) = encoder.encode(draft, token: 1)
            draft.markSent()
            largest = max(largest, change.weight)
        }
        #expect(largest < 512 << 10)
    }

    @Test("an exchange's session is found at either end of a long body", arguments: [0, 1])
    func window(place: Int) {
        let filler = String(repeating: "x", count: 400_000)
        let name = #""prompt_cache_key": "thread-1""#
        let texts = ["{\(name),\"input\":\"\(filler)\"}", "{\"input\":\"\(filler)\",\(name)}"]
        var body = CapturedBody(limit: 1 << 30, hasWindow: true)
        for byte in stride(from: 0, to: texts[place].utf8.count, by: 10_000) {
            body.append(ByteBuffer(bytes: Array(texts[place].utf8)[byte..<min(byte + 10_000, texts[place].utf8.count)]))
        }
        #expect(!body.isWindowWhole)
        #expect(SessionIdentity.agentSession(in: body) == "thread-1")
        var short = CapturedBody(limit: 1 << 30, hasWindow: true)
        short.append(ByteBuffer(string: #"{"client_metadata":{"session_id":"agent-2"},"prompt_cache_key":"other"}"#))
        #expect(SessionIdentity.agentSession(in: short) == "agent-2")
    }
}
