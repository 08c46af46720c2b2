import NIOCore

/// Finds the end of a chunked body (RFC 9112, section 7.1) and the data in it.
struct ChunkScanner: Sendable {
    private enum State: Sendable, Equatable {
        case sizeFirst
        case size
        case sizeExtension
        case sizeLineFeed
        case data(remaining: Int)
        case dataCarriageReturn
        case dataLineFeed
        case trailerStart
        case trailer
        case trailerLineFeed
        case finalLineFeed
        case done
    }

    private var state = State.sizeFirst
    private var size = 0
    /// Bytes of the current size line or of all trailers, which are bounded.
    private var lineLength = 0
    private static let lineLimit = 16 << 10

    var isDone: Bool { state == .done }

    /// Takes everything up to the end of the body, or all there is.
    ///
    /// - Returns: the bytes as they came, and the data in them.
    mutating func read(_ buffer: inout ByteBuffer) throws(HTTPFramingError) -> (raw: ByteBuffer, data: ByteBuffer) {
        let start = buffer
        var position = buffer.readerIndex
        let end = buffer.writerIndex
        let view = buffer.readableBytesView
        var pieces: [ByteBuffer] = []
        while position < end, state != .done {
            if case .data(let remaining) = state {
                let count = min(remaining, end - position)
                if let piece = start.getSlice(at: position, length: count) { pieces.append(piece) }
                position += count
                state = remaining == count ? .dataCarriageReturn : .data(remaining: remaining - count)
            } else {
                try step(view[position])
                position += 1
            }
        }
        let raw = buffer.readSlice(length: position - buffer.readerIndex) ?? ByteBuffer()
        return (raw, Self.joined(pieces))
    }

    private static func joined(_ pieces: [ByteBuffer]) -> ByteBuffer {
        if let only = pieces.first, pieces.count == 1 { return only }
        var data = ByteBuffer()
        for piece in pieces { data.writeImmutableBuffer(piece) }
        return data
    }

    private mutating func step(_ byte: UInt8) throws(HTTPFramingError) {
        switch state {
        case .sizeFirst:
            guard let digit = Self.hexDigit(byte) else { throw .malformedChunk }
            (size, lineLength, state) = (digit, 1, .size)
        case .size:
            if let digit = Self.hexDigit(byte) {
                lineLength += 1
                guard lineLength <= 15 else { throw .malformedChunk }
                size = size << 4 | digit
            } else {
                switch byte {
                case UInt8(ascii: "\r"): state = .sizeLineFeed
                case UInt8(ascii: ";"): state = .sizeExtension
                // Some servers pad the size with blanks (RFC 9112 calls it bad whitespace and tells us to read it).
                case UInt8(ascii: " "), UInt8(ascii: "\t"): state = .sizeExtension
                default: throw .malformedChunk
                }
            }
        case .sizeExtension:
            lineLength += 1
            guard lineLength <= Self.lineLimit, byte != UInt8(ascii: "\n"), byte != 0 else { throw .malformedChunk }
            if byte == UInt8(ascii: "\r") { state = .sizeLineFeed }
        case .sizeLineFeed:
            guard byte == UInt8(ascii: "\n") else { throw .malformedChunk }
            lineLength = 0
            state = size == 0 ? .trailerStart : .data(remaining: size)
        case .dataCarriageReturn:
            guard byte == UInt8(ascii: "\r") else { throw .malformedChunk }
            state = .dataLineFeed
        case .dataLineFeed:
            guard byte == UInt8(ascii: "\n") else { throw .malformedChunk }
            state = .sizeFirst
        case .trailerStart:
            state = byte == UInt8(ascii: "\r") ? .finalLineFeed : .trailer
            try countTrailer(byte)
        case .trailer:
            if byte == UInt8(ascii: "\r") { state = .trailerLineFeed } else { try countTrailer(byte) }
        case .trailerLineFeed:
            guard byte == UInt8(ascii: "\n") else { throw .malformedChunk }
            state = .trailerStart
        case .finalLineFeed:
            guard byte == UInt8(ascii: "\n") else { throw .malformedChunk }
            state = .done
        case .data, .done: break
        }
    }

    private mutating func countTrailer(_ byte: UInt8) throws(HTTPFramingError) {
        lineLength += 1
        guard lineLength <= Self.lineLimit, byte != UInt8(ascii: "\n"), byte != 0 else { throw .malformedChunk }
    }

    private static func hexDigit(_ byte: UInt8) -> Int? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(byte) - 0x30
        case UInt8(ascii: "a")...UInt8(ascii: "f"): Int(byte) - 0x61 + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): Int(byte) - 0x41 + 10
        default: nil
        }
    }
}
