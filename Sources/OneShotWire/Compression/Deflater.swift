import CZlib
public import NIOCore

/// Compresses WebSocket messages (RFC 7692): one raw deflate stream, a message at a time.
public final class Deflater {
    private let stream: UnsafeMutablePointer<z_stream>

    public init() throws(InflateError) {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        let size = Int32(MemoryLayout<z_stream>.size)
        let status = deflateInit2_(stream, 6, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size)
        guard status == Z_OK else {
            stream.deallocate()
            throw .corrupt
        }
    }

    deinit {
        deflateEnd(stream)
        stream.deallocate()
    }

    /// Forgets the window: the next message stands alone.
    public func reset() { deflateReset(stream) }

    /// The payload of a compressed message: without the four bytes that every flush ends with.
    public func message(_ text: String) -> ByteBuffer {
        var input = ByteBuffer(string: text)
        var output = ByteBuffer()
        var isDone = false
        input.withUnsafeMutableReadableBytes { source in
            stream.pointee.next_in = source.bindMemory(to: UInt8.self).baseAddress
            stream.pointee.avail_in = UInt32(source.count)
            while !isDone {
                output.writeWithUnsafeMutableBytes(minimumWritableBytes: 16 << 10) { target in
                    stream.pointee.next_out = target.bindMemory(to: UInt8.self).baseAddress
                    stream.pointee.avail_out = UInt32(target.count)
                    _ = deflate(stream, Z_SYNC_FLUSH)
                    isDone = stream.pointee.avail_out > 0
                    return target.count - Int(stream.pointee.avail_out)
                }
            }
        }
        return output.getSlice(at: output.readerIndex, length: max(0, output.readableBytes - 4)) ?? output
    }
}
