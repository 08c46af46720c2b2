import CZlib
public import NIOCore

/// Compressed bytes that could not be read.
public enum InflateError: Error, Equatable {
    case corrupt
}

/// A zlib stream that is read piece by piece and remembers its window between the pieces.
///
/// A class, because zlib keeps the address of its state; it is used by one owner at a time.
public final class Inflater {
    public enum Format: Sendable {
        /// No header: WebSocket's permessage-deflate, and what some servers call `deflate`.
        case raw
        case zlib
        case gzip
    }

    private let stream: UnsafeMutablePointer<z_stream>

    public init(_ format: Format) throws(InflateError) {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        let windowBits: Int32 =
            switch format {
            case .raw: -15
            case .zlib: 15
            case .gzip: 15 + 16
            }
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
    public func reset() { inflateReset(stream) }

    /// Appends what a piece of a raw stream stands for. A sender may end the stream at any time and go on with another
    /// that shares its window (RFC 7692, section 7.2.3.4).
    ///
    /// - Parameter limit: how many bytes `output` may hold in the end. The rest is read, as the window needs it, and
    ///   left out.
    /// - Returns: whether anything was left out.
    public func inflate(
        _ input: ByteBuffer,
        into output: inout ByteBuffer,
        limit: Int
    ) throws(InflateError) -> Bool {
        var input = input
        var isTruncated = false
        while true {
            let (status, taken, made) = step(input, &output)
            input.moveReaderIndex(forwardBy: taken)
            if output.readableBytes > limit {
                output.moveWriterIndex(to: output.readerIndex + limit)
                isTruncated = true
            }
            switch status {
            case Z_STREAM_END:
                try resetKeepingWindow()
                if input.readableBytes == 0 { return isTruncated }
            case Z_OK: if taken == 0, made == 0 { return isTruncated }
            case Z_BUF_ERROR: return isTruncated
            default: throw .corrupt
            }
        }
    }

    private func resetKeepingWindow() throws(InflateError) {
        let status = withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 32 << 10) { window in
            var length = UInt32(window.count)
            inflateGetDictionary(stream, window.baseAddress, &length)
            inflateReset(stream)
            return inflateSetDictionary(stream, window.baseAddress, length)
        }
        guard status == Z_OK else { throw .corrupt }
    }

    /// One call of zlib's `inflate`, whose status it gives back.
    func step(_ input: ByteBuffer, _ output: inout ByteBuffer) -> (status: Int32, taken: Int, made: Int) {
        var result = (status: Z_OK, taken: 0, made: 0)
        input.withUnsafeReadableBytes { source in
            // zlib reads through this pointer and never writes.
            stream.pointee.next_in = UnsafeMutablePointer(mutating: source.bindMemory(to: UInt8.self).baseAddress)
            stream.pointee.avail_in = UInt32(min(source.count, 1 << 30))
            let available = stream.pointee.avail_in
            output.writeWithUnsafeMutableBytes(minimumWritableBytes: 16 << 10) { target in
                stream.pointee.next_out = target.bindMemory(to: UInt8.self).baseAddress
                stream.pointee.avail_out = UInt32(min(target.count, 1 << 30))
                let room = stream.pointee.avail_out
                result.status = CZlib.inflate(stream, Z_SYNC_FLUSH)
                result.made = Int(room - stream.pointee.avail_out)
                return result.made
            }
            result.taken = Int(available - stream.pointee.avail_in)
        }
        return result
    }
}
