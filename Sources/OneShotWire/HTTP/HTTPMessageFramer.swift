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
    }

    private let role: Role
    private let headLimit: Int
    private var buffer = ByteBuffer()
    private var state = State.head
    /// How much of the buffer is known not to hold the end of a head.
    private var scanned = 0
    /// Of the request that the next response answers; it decides whether that has a body.
    public var requestMethod = ""

    public init(_ role: Role, headLimit: Int = 256 << 10) {
        self.role = role
        self.headLimit = headLimit
    }

    public mutating func append(_ bytes: ByteBuffer) {
        if buffer.readableBytes == 0 {
            buffer = bytes
            scanned = 0
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
    public mutating func next() throws(HTTPFramingError) -> Event? {
        switch state {
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
        }
    }

    private mutating func nextHead() throws(HTTPFramingError) -> Event? {
        while buffer.readableBytes >= 2, buffer.readableBytesView.starts(with: [0x0D, 0x0A]) {
            buffer.moveReaderIndex(forwardBy: 2)
            scanned = 0
        }
        guard let length = lengthOfHead() else {
            guard buffer.readableBytes <= headLimit else { throw .headTooLarge(limit: headLimit) }
            try rejectEarly()
            return nil
        }
        guard length <= headLimit, let bytes = buffer.readSlice(length: length) else {
            throw .headTooLarge(limit: headLimit)
        }
        scanned = 0
        let head = try HTTPHead(parsing: bytes, role: role)
        let framing: HTTPBodyFraming
        switch role {
        case .requests: framing = try HTTPBodyFraming(request: head)
        case .responses: framing = try HTTPBodyFraming(response: head, to: requestMethod)
        }
        switch framing {
        case .none: state = .end
        case .length(let length): state = .length(length)
        case .chunked: state = .chunks(ChunkScanner())
        case .untilClose: state = .untilClose
        }
        return .head(head, framing)
    }

    private mutating func lengthOfHead() -> Int? {
        let from = scanned
        let found = buffer.withUnsafeReadableBytes { bytes -> Int? in
            var index = from
            while index + 3 < bytes.count {
                let last = bytes[index + 3]
                if last != 0x0A {
                    // Neither CR nor LF here: no end of a head can lie on any of these four bytes.
                    index += last == 0x0D ? 1 : 4
                } else if bytes[index] == 0x0D, bytes[index + 1] == 0x0A, bytes[index + 2] == 0x0D {
                    return index + 4
                } else {
                    index += 1
                }
            }
            return nil
        }
        if found == nil { scanned = max(0, buffer.readableBytes - 3) }
        return found
    }

    /// Bytes that can never become a head are refused at once instead of after the limit: a peer that speaks another
    /// protocol must not wait for an answer.
    private func rejectEarly() throws(HTTPFramingError) {
        let view = buffer.readableBytesView
        guard let first = view.first else { return }
        if first < 0x21 || first > 0x7E, first != 0x0D { throw .malformedStartLine }
        if role == .responses, first != 0x0D, !zip(view, "HTTP/".utf8).allSatisfy({ $0 == $1 }) {
            throw .malformedStartLine
        }
        if let end = view.firstIndex(of: 0x0A) {
            guard end > view.startIndex, view[end - 1] == 0x0D else { throw .bareLineEnd }
            try HTTPHead.check(startLine: view[view.startIndex..<end - 1], role: role)
        }
    }
}
