import CZlib
public import NIOCore

/// Why compressed bytes could not be read.
public enum InflateError: Error, Equatable {
    case corrupt
    /// The data would be longer than the limit: a bomb, or a body that nobody meant to keep.
    case tooLong(limit: Int)
}

/// A zlib stream that is read piece by piece and remembers its window between the pieces.
///
/// A class, because zlib keeps the address of its state; it is used by one owner at a time.
public final class Inflater {
    public enum Format: Sendable {
        /// No header: WebSocket's permessage-deflate, and what some servers call `deflate`.
        case raw
        /// A zlib or gzip header, whichever comes.
        case zlibOrGzip
    }

    private let stream: UnsafeMutablePointer<z_stream>
    /// The stream's end mark has been read.
    public private(set) var isFinished = false

    public init(_ format: Format) throws(InflateError) {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        let windowBits: Int32 = format == .raw ? -15 : 15 + 32
        let size = Int32(MemoryLayout<z_stream>.size)
        guard inflateInit2_(stream, windowBits, ZLIB_VERSION, size) == Z_OK else {
            stream.deallocate()
            throw .corrupt
        }
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    /// Forgets the window: the next piece stands alone.
    public func reset() {
        inflateReset(stream)
        isFinished = false
    }

    /// - Parameter limit: the most bytes to append to `output`.
    public func inflate(
        _ input: ByteBuffer,
        into output: inout ByteBuffer,
        limit: Int = .max
    ) throws(InflateError) {
        var input = input
        var produced = 0
        while !isFinished {
            let (status, taken, made) = step(&input, &output)
            input.moveReaderIndex(forwardBy: taken)
            produced += made
            guard produced <= limit else { throw .tooLong(limit: limit) }
            switch status {
            case Z_STREAM_END: isFinished = true
            case Z_OK: if taken == 0, made == 0 { return }
            case Z_BUF_ERROR: return
            default: throw .corrupt
            }
        }
    }

    private func step(_ input: inout ByteBuffer, _ output: inout ByteBuffer) -> (status: Int32, taken: Int, made: Int) {
        var result = (status: Z_OK, taken: 0, made: 0)
        input.withUnsafeMutableReadableBytes { source in
            stream.pointee.next_in = source.bindMemory(to: UInt8.self).baseAddress
            stream.pointee.avail_in = UInt32(source.count)
            output.writeWithUnsafeMutableBytes(minimumWritableBytes: 16 << 10) { target in
                stream.pointee.next_out = target.bindMemory(to: UInt8.self).baseAddress
                stream.pointee.avail_out = UInt32(min(target.count, 1 << 30))
                let room = stream.pointee.avail_out
                result.status = CZlib.inflate(stream, Z_SYNC_FLUSH)
                result.made = Int(room - stream.pointee.avail_out)
                return result.made
            }
            result.taken = source.count - Int(stream.pointee.avail_in)
        }
        return result
    }
}
