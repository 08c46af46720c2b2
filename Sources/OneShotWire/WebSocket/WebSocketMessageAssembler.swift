public import NIOCore

/// One message, or one control frame, without mask and compression.
public struct WebSocketMessage: Sendable, Equatable {
    /// Never `.continuation`.
    public var opcode: WebSocketFrameHeader.Opcode
    public var payload: ByteBuffer
    /// The payload was longer than the limit; the rest was left out.
    public var isTruncated: Bool

    public init(opcode: WebSocketFrameHeader.Opcode, payload: ByteBuffer, isTruncated: Bool = false) {
        self.opcode = opcode
        self.payload = payload
        self.isTruncated = isTruncated
    }

    public var text: String { String(buffer: payload) }
}

/// Puts the frames of one direction together into messages: fragments joined, compression undone, control frames in
/// between kept apart.
public struct WebSocketMessageAssembler {
    private let inflater: Inflater?
    private let noContextTakeover: Bool
    private let limit: Int
    private var message: WebSocketMessage?
    private var isCompressed = false
    private var control = ByteBuffer()
    private var inControlFrame = false

    /// - Parameters:
    ///   - isDeflated: whether permessage-deflate was agreed on.
    ///   - noContextTakeover: whether the sender of this direction starts afresh with each message.
    ///   - limit: the most bytes of one message that are kept.
    public init(isDeflated: Bool, noContextTakeover: Bool = false, limit: Int = 64 << 20) throws(InflateError) {
        inflater = isDeflated ? try Inflater(.raw) : nil
        self.noContextTakeover = noContextTakeover
        self.limit = limit
    }

    /// No fragment of a message is waiting for the next: another message may be put in here.
    public var isBetweenMessages: Bool { message == nil }

    /// - Returns: the message that this event completes.
    public mutating func take(_ event: WebSocketFrameParser.Event) throws(WebSocketError) -> WebSocketMessage? {
        switch event {
        case .header(let header, _): try begin(header)
        case .payload(_, let data):
            if inControlFrame { control.writeImmutableBuffer(data) } else { try append(data) }
        case .end(let header): return try end(header)
        }
        return nil
    }

    private mutating func begin(_ header: WebSocketFrameHeader) throws(WebSocketError) {
        inControlFrame = header.opcode.isControl
        if inControlFrame {
            control = ByteBuffer()
            return
        }
        if header.opcode == .continuation {
            guard message != nil, !header.isCompressed else { throw .misplacedContinuation }
            return
        }
        guard message == nil else { throw .misplacedContinuation }
        guard !header.isCompressed || inflater != nil else { throw .reservedBits }
        isCompressed = header.isCompressed
        message = WebSocketMessage(opcode: header.opcode, payload: ByteBuffer())
    }

    private mutating func append(_ data: ByteBuffer) throws(WebSocketError) {
        guard var current = message else { return }
        // The message in flight is taken out so that its buffer is changed in place.
        message = nil
        defer { message = current }
        if isCompressed, let inflater {
            // The window has to follow the stream even where the text is no longer kept.
            do throws(InflateError) {
                let leftOut = try inflater.inflate(data, into: &current.payload, limit: limit)
                current.isTruncated = current.isTruncated || leftOut
            } catch {
                throw .corruptCompression
            }
        } else {
            let room = limit - current.payload.readableBytes
            current.payload.writeImmutableBuffer(
                data.getSlice(at: data.readerIndex, length: min(room, data.readableBytes)) ?? data
            )
            current.isTruncated = current.isTruncated || data.readableBytes > room
        }
    }

    private mutating func end(_ header: WebSocketFrameHeader) throws(WebSocketError) -> WebSocketMessage? {
        if header.opcode.isControl { return WebSocketMessage(opcode: header.opcode, payload: control) }
        guard header.isFinal else { return nil }
        if isCompressed, let inflater {
            // Every compressed message ends with an empty block that the sender leaves out (RFC 7692, section 7.2.2).
            try append(ByteBuffer(bytes: [0x00, 0x00, 0xFF, 0xFF]))
            if noContextTakeover { inflater.reset() }
        }
        defer { message = nil }
        return message
    }
}
