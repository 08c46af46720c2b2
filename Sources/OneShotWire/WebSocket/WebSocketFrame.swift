public import NIOCore

/// The first bytes of a WebSocket frame (RFC 6455, section 5.2).
public struct WebSocketFrameHeader: Sendable, Equatable {
    public enum Opcode: UInt8, Sendable {
        case continuation = 0
        case text = 1
        case binary = 2
        case close = 8
        case ping = 9
        case pong = 10

        public var isControl: Bool { rawValue >= 8 }
    }

    /// The last frame of its message.
    public var isFinal: Bool
    /// With permessage-deflate: the message is compressed.
    public var isCompressed: Bool
    public var opcode: Opcode
    public var length: Int
    /// The client's masking key; nil in frames of a server.
    public var mask: UInt32?

    public init(isFinal: Bool, isCompressed: Bool = false, opcode: Opcode, length: Int, mask: UInt32? = nil) {
        self.isFinal = isFinal
        self.isCompressed = isCompressed
        self.opcode = opcode
        self.length = length
        self.mask = mask
    }
}

/// Bytes that are not a WebSocket stream.
public enum WebSocketError: Error, Equatable {
    case reservedBits
    case unknownOpcode(UInt8)
    case malformedLength
    case malformedControlFrame
    /// A continuation without a message, or a new message inside another.
    case misplacedContinuation
    case corruptCompression
}

/// Splits one direction of a WebSocket into frames without changing a byte. How the bytes are cut makes no difference.
public struct WebSocketFrameParser: Sendable {
    public enum Event: Sendable, Equatable {
        case header(WebSocketFrameHeader, raw: ByteBuffer)
        /// A piece of the payload: as it came, and without its mask.
        case payload(raw: ByteBuffer, data: ByteBuffer)
        case end(WebSocketFrameHeader)
    }

    private enum State: Sendable {
        case header
        case payload(WebSocketFrameHeader, done: Int)
    }

    private var state = State.header
    private var buffer = ByteBuffer()

    public init() {}

    public mutating func append(_ bytes: ByteBuffer) {
        if buffer.readableBytes == 0 {
            buffer = bytes
        } else {
            buffer.discardReadBytes()
            buffer.writeImmutableBuffer(bytes)
        }
    }

    public mutating func next() throws(WebSocketError) -> Event? {
        switch state {
        case .header:
            guard let (header, size) = try parseHeader(), let raw = buffer.readSlice(length: size) else { return nil }
            state = .payload(header, done: 0)
            return .header(header, raw: raw)
        case .payload(let header, let done):
            if done == header.length {
                state = .header
                return .end(header)
            }
            let count = min(header.length - done, buffer.readableBytes)
            guard count > 0, let raw = buffer.readSlice(length: count) else { return nil }
            state = .payload(header, done: done + count)
            return .payload(raw: raw, data: header.mask.map { Self.unmask(raw, key: $0, offset: done) } ?? raw)
        }
    }

    /// No part of a frame has arrived: another frame may be put in here.
    public var isBetweenFrames: Bool {
        if case .header = state { return buffer.readableBytes == 0 }
        return false
    }

    private func parseHeader() throws(WebSocketError) -> (WebSocketFrameHeader, size: Int)? {
        let start = buffer.readerIndex
        guard let first = buffer.getInteger(at: start, as: UInt8.self),
            let second = buffer.getInteger(at: start + 1, as: UInt8.self)
        else { return nil }
        guard first & 0x30 == 0 else { throw .reservedBits }
        guard let opcode = WebSocketFrameHeader.Opcode(rawValue: first & 0x0F) else {
            throw .unknownOpcode(first & 0x0F)
        }
        var size = 2
        var length = Int(second & 0x7F)
        if length == 126 {
            guard let value = buffer.getInteger(at: start + size, as: UInt16.self) else { return nil }
            (length, size) = (Int(value), 4)
        } else if length == 127 {
            guard let value = buffer.getInteger(at: start + size, as: UInt64.self) else { return nil }
            guard value < UInt64(1) << 62 else { throw .malformedLength }
            (length, size) = (Int(value), 10)
        }
        let isFinal = first & 0x80 != 0
        guard !opcode.isControl || isFinal && length <= 125 && first & 0x40 == 0 else { throw .malformedControlFrame }
        var mask: UInt32?
        if second & 0x80 != 0 {
            guard let key = buffer.getInteger(at: start + size, as: UInt32.self) else { return nil }
            mask = key
            size += 4
        }
        let header = WebSocketFrameHeader(
            isFinal: isFinal,
            isCompressed: first & 0x40 != 0,
            opcode: opcode,
            length: length,
            mask: mask
        )
        return (header, size)
    }

    private static func unmask(_ bytes: ByteBuffer, key: UInt32, offset: Int) -> ByteBuffer {
        var output = bytes
        let keyBytes = withUnsafeBytes(of: key.bigEndian) { Array($0) }
        output.withUnsafeMutableReadableBytes { buffer in
            for index in buffer.indices { buffer[index] ^= keyBytes[(index + offset) & 3] }
        }
        return output
    }
}
