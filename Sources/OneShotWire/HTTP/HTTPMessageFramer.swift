public import NIOCore

/// Splits the bytes of one direction of an HTTP/1 connection into messages without changing any of them.
///
/// Feed it with ``append(_:)`` and take events with ``next()`` until it returns nil. The raw bytes of all events, put
/// together, are the bytes that were fed in, except for empty lines before a start line.
public struct HTTPMessageFramer: Sendable {
    public enum Role: Sendable { case requests, responses }

    public enum Event: Sendable, Equatable {
        case head(HTTPHead, HTTPBodyFraming)
        /// A piece of the body: as it came, and the data in it without chunk sizes.
        case body(raw: ByteBuffer, data: ByteBuffer)
        /// The message is complete.
        case end
    }

    private enum State: Sendable {
        case head
        case length(Int)
        case chunks(ChunkScanner)
        case untilClose
        /// The body is complete; `end` has not been taken yet.
        case end
        case failed(HTTPFramingError)
    }

    private let role: Role
    private let limits: HTTPFramingLimits
    private var buffer = ByteBuffer()
    private var state = State.head
    private var head: HTTPHeadParser
    private var emptyLines = 0
    /// The trailers of the message whose end was taken last (RFC 9110, section 6.5). They are never merged into a head.
    public private(set) var trailers: [HTTPField] = []
    /// More empty lines than this before a start line are no mistake of an old client.
    private static let mostEmptyLines = 16
    /// Of the request that the next response answers; it decides whether that has a body.
    public var requestMethod = ""

    public init(_ role: Role, limits: HTTPFramingLimits = HTTPFramingLimits()) {
        self.role = role
        self.limits = limits
        head = HTTPHeadParser(role, limits: limits)
    }

    public mutating func append(_ bytes: ByteBuffer) {
        if buffer.readableBytes == 0 {
            buffer = bytes
        } else {
            buffer.discardReadBytes()
            buffer.writeImmutableBuffer(bytes)
        }
    }

    /// Bytes that were fed in and are not part of any event yet.
    public var bufferedBytes: Int { buffer.readableBytes }

    /// Whether nothing of a further message has arrived.
    public var isIdle: Bool {
        if case .head = state { return buffer.readableBytes == 0 }
        return false
    }

    /// Takes out what is left, for a connection that changes its protocol.
    public mutating func takeBuffered() -> ByteBuffer {
        defer { buffer = ByteBuffer() }
        return buffer
    }

    /// The next event, or nil until more bytes arrive.
    ///
    /// - Throws: ``HTTPFramingError``, and the same again at every further call.
    public mutating func next() throws(HTTPFramingError) -> Event? {
        do throws(HTTPFramingError) {
            let event = try advance()
            // Lets go of the storage, which is the connection's: the next read goes into it again.
            if buffer.readableBytes == 0 { buffer = ByteBuffer() }
            return event
        } catch {
            state = .failed(error)
            throw error
        }
    }

    private mutating func advance() throws(HTTPFramingError) -> Event? {
        switch state {
        case .failed(let error): throw error
        case .head: return try nextHead()
        case .end:
            state = .head
            return .end
        case .untilClose:
            guard buffer.readableBytes > 0 else { return nil }
            let raw = takeBuffered()
            return .body(raw: raw, data: raw)
        case .length(let remaining):
            let count = min(remaining, buffer.readableBytes)
            guard count > 0, let raw = buffer.readSlice(length: count) else { return nil }
            state = remaining == count ? .end : .length(remaining - count)
            return .body(raw: raw, data: raw)
        case .chunks(var scanner):
            guard buffer.readableBytes > 0 else { return nil }
            let (raw, data) = try scanner.read(&buffer)
            state = scanner.isDone ? .end : .chunks(scanner)
            if scanner.isDone { trailers = scanner.trailers }
            return .body(raw: raw, data: data)
        }
    }

    /// Says that the connection has ended. Take events once more afterwards: a body that reaches to the end of the
    /// connection is complete now.
    ///
    /// - Throws: ``HTTPFramingError/truncated`` inside a message.
    public mutating func finish() throws(HTTPFramingError) {
        switch state {
        case .head:
            guard buffer.readableBytes == 0 else { throw .truncated }
        case .untilClose: state = .end
        case .end: break
        case .length, .chunks: throw .truncated
        case .failed(let error): throw error
        }
    }

    private mutating func nextHead() throws(HTTPFramingError) -> Event? {
        while head.isAtStart, let first: UInt8 = buffer.getInteger(at: buffer.readerIndex), first == 0x0D {
            guard let second: UInt8 = buffer.getInteger(at: buffer.readerIndex + 1) else { return nil }
            emptyLines += 1
            guard second == 0x0A, emptyLines <= Self.mostEmptyLines else { throw .malformedStartLine }
            buffer.moveReaderIndex(forwardBy: 2)
        }
        guard let head = try head.read(&buffer) else { return nil }
        self.head = HTTPHeadParser(role, limits: limits)
        emptyLines = 0
        trailers = []
        let framing: HTTPBodyFraming
        switch role {
        case .requests: framing = try HTTPBodyFraming(request: head)
        case .responses: framing = try HTTPBodyFraming(response: head, to: requestMethod)
        }
        switch framing {
        case .none: state = .end
        case .length(let length): state = .length(length)
        case .chunked: state = .chunks(ChunkScanner(limits: limits))
        case .untilClose: state = .untilClose
        }
        return .head(head, framing)
    }
}
