import NIOCore
import OneShotCore
import OneShotStore
import OneShotWire

/// An exchange as the event loop knows it: what arrived, not yet made into text. The writer renders it
/// (``ExchangeDraft/exchange(id:)``), so that no event loop spends time on that.
struct ExchangeDraft: Sendable {
    /// A message of a WebSocket.
    struct Message: Sendable {
        var isFromClient: Bool
        var atMs: Int64
        var payload: ByteBuffer
        var isText: Bool
    }

    /// Unique in this process.
    let key: Int
    /// Everything but bodies and meta.
    var row: Exchange
    var runID: String?
    var requestHead: HTTPHead?
    var responseHead: HTTPHead?
    var requestBody: CapturedBody
    var responseBody: CapturedBody
    /// For a request inside a WebSocket: the answers. For an upgrade: what belongs to no request.
    var messages: [Message] = []
    var messageBytes = 0
    /// What else goes into `meta_json`.
    var facts: [JSON.Member] = []
    /// Values that must not be stored, wherever they occur.
    var secrets: [String] = []

    init(key: Int, row: Exchange, bodyLimit: Int) {
        self.key = key
        self.row = row
        requestBody = CapturedBody(limit: bodyLimit)
        responseBody = CapturedBody(limit: bodyLimit)
    }

    var isFinal: Bool { row.state != .inFlight }

    /// How much memory it holds, about.
    var weight: Int { requestBody.bytes.readableBytes + responseBody.bytes.readableBytes + messageBytes + 4096 }

    mutating func setFact(_ key: String, _ value: JSON) {
        facts.removeAll { $0.key == key }
        facts.append(JSON.Member(key, value))
    }

    mutating func append(_ message: Message) {
        guard messageBytes + message.payload.readableBytes <= responseBody.limit else {
            setFact("response_truncated", true)
            return
        }
        messageBytes += message.payload.readableBytes
        messages.append(message)
    }

    /// Keeps the row and lets go of the bodies.
    mutating func dropBodies() {
        requestBody.drop()
        responseBody.drop()
        messages = []
        messageBytes = 0
        setFact("bodies_lost", true)
    }
}
