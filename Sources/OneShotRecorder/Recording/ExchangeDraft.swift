import NIOCore
import OneShotCore
import OneShotStore
import OneShotWire

/// An exchange as the event loop knows it: what arrived, not yet made into text. The writer does that
/// (``ExchangeEncoder``), so that no event loop spends time on it. Of the bodies only what the writer has not got yet is
/// in it.
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
    /// For a request inside a WebSocket: the answers. For an upgrade: what belongs to no request. Those that the writer
    /// has not got yet.
    private(set) var messages: [Message] = []
    /// Of all messages so far.
    private(set) var messageBytes = 0
    private var unsentMessageBytes = 0
    /// What else goes into `meta_json`.
    var facts: [JSON.Member] = []
    /// Values that must not be stored, wherever they occur.
    var secrets: [String] = []
    /// Part of the bodies could not be kept: there was no room for them.
    private(set) var hasLostBodies = false

    init(key: Int, row: Exchange, bodyLimit: Int) {
        self.key = key
        self.row = row
        requestBody = CapturedBody(limit: bodyLimit, hasWindow: true)
        responseBody = CapturedBody(limit: bodyLimit)
    }

    var isFinal: Bool { row.state != .inFlight }

    /// Bytes of bodies that the writer has not got yet.
    var unsentBytes: Int {
        requestBody.unsent.readableBytes + responseBody.unsent.readableBytes + unsentMessageBytes
    }

    /// How much memory it holds, about.
    var weight: Int { unsentBytes + messages.count * 64 + 4096 }

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
        unsentMessageBytes += message.payload.readableBytes
        messages.append(message)
    }

    /// The writer has this draft: what is in its bodies need not be kept here.
    mutating func markSent() {
        requestBody.markSent()
        responseBody.markSent()
        if !messages.isEmpty { messages = [] }
        unsentMessageBytes = 0
    }

    /// Takes over what an earlier draft of the same exchange had not sent.
    mutating func absorb(_ earlier: ExchangeDraft) {
        requestBody.prepend(earlier.requestBody)
        responseBody.prepend(earlier.responseBody)
        if !earlier.messages.isEmpty { messages = earlier.messages + messages }
        unsentMessageBytes += earlier.unsentMessageBytes
        hasLostBodies = hasLostBodies || earlier.hasLostBodies
    }

    /// Keeps the row and lets go of the bodies.
    mutating func dropBodies() {
        requestBody.drop()
        responseBody.drop()
        messages = []
        unsentMessageBytes = 0
        hasLostBodies = true
    }
}
