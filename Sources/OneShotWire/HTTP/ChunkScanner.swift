import NIOCore

/// Finds the end of a chunked body (RFC 9112, section 7.1), the data in it and its trailers.
struct ChunkScanner: Sendable {
    private enum State: Sendable, Equatable {
        case sizeFirst
        case size
        /// Blanks after the size, which some servers pad it with.
        case sizeBlank
        case sizeExtension
        case sizeLineFeed
        case data(remaining: Int)
        case dataCarriageReturn
        case dataLineFeed
        case trailer
        case trailerLineFeed
        case done
        case failed(HTTPFramingError)
    }

    private let limits: HTTPFramingLimits
    private var state = State.sizeFirst
    private var size = 0
    private var digits = 0
    /// Bytes of the current size line.
    private var lineLength = 0
    /// By how much the size lines outweigh the data so far.
    private var excess = 0
    private var trailerLine: [UInt8] = []
    private var trailerLength = 0
    private(set) var trailers: [HTTPField] = []

    init(limits: HTTPFramingLimits) { self.limits = limits }

    var isDone: Bool { state == .done }

    /// Takes everything up to the end of the body, or up to where it is wrong, or all there is.
    ///
    /// - Returns: the bytes as they came, and the data in them.
    mutating func read(_ buffer: inout ByteBuffer) throws(HTTPFramingError) -> (raw: ByteBuffer, data: ByteBuffer) {
        if case .failed(let error) = state { throw error }
        let start = buffer.readerIndex
        let view = buffer.readableBytesView
        let end = buffer.writerIndex
        var position = start
        var pieces: [ByteBuffer] = []
        reading: while position < end {
            switch state {
            case .done: break reading
            case .data(let remaining):
                let count = min(remaining, end - position)
                if let piece = buffer.getSlice(at: position, length: count) { pieces.append(piece) }
                position += count
                state = remaining == count ? .dataCarriageReturn : .data(remaining: remaining - count)
            default:
                do throws(HTTPFramingError) {
                    try step(view[position])
                } catch {
                    // What came before was right, however the bytes were cut.
                    state = .failed(error)
                    guard position > start else { throw error }
                    break reading
                }
                position += 1
            }
        }
        let raw = buffer.readSlice(length: position - start) ?? ByteBuffer()
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
            guard let digit = Self.hexDigit(byte) else { throw .malformedChunkSize }
            (size, digits, lineLength, state) = (digit, 1, 1, .size)
        case .size:
            guard let digit = Self.hexDigit(byte) else {
                try endOfSize(byte)
                return
            }
            digits += 1
            lineLength += 1
            guard digits <= 15 else { throw .chunkTooLarge }
            size = size << 4 | digit
        case .sizeBlank: try endOfSize(byte)
        case .sizeExtension:
            try countExtension()
            switch byte {
            case UInt8(ascii: "\r"): state = .sizeLineFeed
            case UInt8(ascii: "\n"): throw .bareLineFeed
            case 0: throw .malformedChunkSize
            default: break
            }
        case .sizeLineFeed:
            guard byte == UInt8(ascii: "\n") else { throw .bareCarriageReturn }
            excess = max(0, excess + lineLength - 16 - size)
            state = size == 0 ? .trailer : .data(remaining: size)
        case .dataCarriageReturn:
            guard byte == UInt8(ascii: "\r") else { throw .malformedChunkEnd }
            state = .dataLineFeed
        case .dataLineFeed:
            guard byte == UInt8(ascii: "\n") else { throw .malformedChunkEnd }
            state = .sizeFirst
        case .trailer: try trailerByte(byte)
        case .trailerLineFeed:
            guard byte == UInt8(ascii: "\n") else { throw .bareCarriageReturn }
            try endOfTrailerLine()
        case .data, .done, .failed: break
        }
    }

    private mutating func endOfSize(_ byte: UInt8) throws(HTTPFramingError) {
        switch byte {
        case UInt8(ascii: "\r"): state = .sizeLineFeed
        case UInt8(ascii: ";"):
            try countExtension()
            state = .sizeExtension
        case UInt8(ascii: " "), UInt8(ascii: "\t"):
            try countExtension()
            state = .sizeBlank
        case UInt8(ascii: "\n"): throw .bareLineFeed
        default: throw .malformedChunkSize
        }
    }

    private mutating func countExtension() throws(HTTPFramingError) {
        lineLength += 1
        guard excess + lineLength <= limits.chunkExtensionBytes else {
            throw .chunkExtensionsTooLong(limit: limits.chunkExtensionBytes)
        }
    }

    private mutating func trailerByte(_ byte: UInt8) throws(HTTPFramingError) {
        switch byte {
        case UInt8(ascii: "\r"): state = .trailerLineFeed
        case UInt8(ascii: "\n"): throw .bareLineFeed
        case 0: throw .malformedTrailer
        default:
            trailerLength += 1
            guard trailerLength <= limits.trailerBytes else { throw .trailersTooLarge(limit: limits.trailerBytes) }
            trailerLine.append(byte)
        }
    }

    private mutating func endOfTrailerLine() throws(HTTPFramingError) {
        guard !trailerLine.isEmpty else {
            state = .done
            return
        }
        guard trailers.count < limits.fields else { throw .tooManyFields(limit: limits.fields) }
        guard let field = trailerLine.withUnsafeBytes({ try? HTTPField(line: $0) }) else { throw .malformedTrailer }
        trailers.append(field)
        trailerLine.removeAll(keepingCapacity: true)
        state = .trailer
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
