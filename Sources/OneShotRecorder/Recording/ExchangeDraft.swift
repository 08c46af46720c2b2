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
        var isText: Bool
        fileprivate(set) var payload: BodyPieces.Piece

        init(isFromClient: Bool, atMs: Int64, payload: ByteBuffer, isText: Bool) {
            self.isFromClient = isFromClient
            self.atMs = atMs
            self.isText = isText
            self.payload = .inMemory(payload)
        }
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
    /// Of these, what is in memory.
    private var messageBytesInMemory = 0
    /// What else goes into `meta_json`.
    var facts: [JSON.Member] = []
    /// Values that must not be stored, wherever they occur, beside those in the request's head.
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
    var unsentBytes: Int { requestBody.unsent.count + responseBody.unsent.count + unsentMessageBytes }

    /// Of these, what is in memory.
    var unsentBytesInMemory: Int {
        requestBody.unsent.inMemory + responseBody.unsent.inMemory + messageBytesInMemory
    }

    /// How much memory it holds, about.
    var weight: Int { unsentBytesInMemory + messages.count * 64 + 4096 }

    mutating func setFact(_ key: String, _ value: JSON) {
        facts.removeAll { $0.key == key }
        facts.append(JSON.Member(key, value))
    }

    mutating func append(_ message: Message) {
        let bytes = message.payload.count
        guard messageBytes + bytes <= responseBody.limit else {
            setFact("response_truncated", true)
            return
        }
        messageBytes += bytes
        unsentMessageBytes += bytes
        messageBytesInMemory += bytes
        messages.append(message)
    }

    /// The writer has this draft: what is in its bodies need not be kept here.
    mutating func markSent() {
        requestBody.markSent()
        responseBody.markSent()
        dropMessages()
    }

    /// Keeps the row and lets go of the bodies.
    mutating func dropBodies() {
        markSent()
        hasLostBodies = true
    }

    private mutating func dropMessages() {
        if !messages.isEmpty { messages = [] }
        unsentMessageBytes = 0
        messageBytesInMemory = 0
    }
}

// MARK: - While it waits for the writer

extension ExchangeDraft {
    /// Takes over what an earlier draft of the same exchange had not sent.
    mutating func absorb(_ earlier: inout ExchangeDraft) {
        requestBody.prepend(&earlier.requestBody)
        responseBody.prepend(&earlier.responseBody)
        swap(&messages, &earlier.messages)
        messages += earlier.messages
        unsentMessageBytes += earlier.unsentMessageBytes
        messageBytesInMemory += earlier.messageBytesInMemory
        hasLostBodies = hasLostBodies || earlier.hasLostBodies
    }

    /// Takes the first bytes of a draft that has many, as a draft of an exchange that is still in flight.
    ///
    /// - Returns: nil when it has at most `limit`.
    mutating func takeFirst(_ limit: Int) -> ExchangeDraft? {
        guard unsentBytes > limit else { return nil }
        var first = self
        first.markSent()
        first.row.state = .inFlight
        first.row.cutBy = nil
        first.row.endedAtMs = nil
        first.requestBody.takeFirst(limit, of: &requestBody)
        first.responseBody.takeFirst(limit - first.unsentBytes, of: &responseBody)
        var count = 0
        while first.unsentBytes < limit, count < messages.count {
            let bytes = messages[count].payload.count
            first.messages.append(messages[count])
            first.unsentMessageBytes += bytes
            unsentMessageBytes -= bytes
            if case .inMemory = messages[count].payload {
                first.messageBytesInMemory += bytes
                messageBytesInMemory -= bytes
            }
            count += 1
        }
        messages.removeFirst(count)
        return first
    }

    /// Hands what is in memory of its bodies to the overflow.
    ///
    /// - Returns: what the overflow has to write.
    mutating func moveAway(to overflow: Overflow) -> [Overflow.Piece] {
        var moved = requestBody.moveAway(to: overflow) + responseBody.moveAway(to: overflow)
        for index in messages.indices {
            guard case .inMemory(let bytes) = messages[index].payload else { continue }
            let piece = Overflow.Piece(bytes, of: overflow)
            messages[index].payload = .away(piece)
            moved.append(piece)
        }
        messageBytesInMemory = 0
        return moved
    }
}
