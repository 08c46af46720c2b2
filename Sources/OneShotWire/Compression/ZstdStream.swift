import CZstd
import NIOCore

/// `zstd` (RFC 8878), one frame after another.
final class ZstdStream: CodingStream {
    private let state: OpaquePointer
    /// Between two frames, after at least one.
    private(set) var isAtEnd = false
    /// The header of the next frame as far as it has come; nil inside a frame.
    private var header: ByteBuffer? = ByteBuffer()

    init?() {
        guard let state = ZSTD_createDStream() else { return nil }
        self.state = state
        // As a content coding it has windows of 8 MB at most (RFC 9659, section 3); a sender cannot ask for more memory.
        ZSTD_DCtx_setParameter(state, ZSTD_d_windowLogMax, 23)
    }

    deinit { ZSTD_freeDStream(state) }

    func step(_ input: inout ByteBuffer, into output: inout ByteBuffer) -> CodingStep {
        guard header == nil else { return takeHeader(&input, into: &output) }
        return decompress(&input, into: &output)
    }

    /// The library gets each header in one piece: of one in several it looks for the formats of its past in the middle.
    private func takeHeader(_ input: inout ByteBuffer, into output: inout ByteBuffer) -> CodingStep {
        guard var header, input.readableBytes > 0 else { return .needsInput }
        isAtEnd = false
        self.header = nil
        var length = Self.headerLength(header)
        while let wanted = length, header.readableBytes < wanted, let byte: UInt8 = input.readInteger() {
            header.writeInteger(byte)
            length = Self.headerLength(header)
        }
        guard let length else { return .corrupt }
        guard header.readableBytes == length else {
            self.header = header
            return .needsInput
        }
        let step = decompress(&header, into: &output)
        return step == .needsInput ? .goOn : step
    }

    /// How long a header is that begins so, as far as its first bytes say (RFC 8878, section 3.1).
    ///
    /// - Returns: nil where it is none.
    private static func headerLength(_ header: ByteBuffer) -> Int? {
        guard let magic: UInt32 = header.getInteger(at: header.readerIndex, endianness: .little) else { return 4 }
        if magic & 0xFFFF_FFF0 == 0x184D_2A50 { return 8 }
        guard magic == 0xFD2F_B528 else { return nil }
        guard let descriptor: UInt8 = header.getInteger(at: header.readerIndex + 4) else { return 5 }
        let isSingleSegment = descriptor & 0x20 != 0
        let contentSize = [isSingleSegment ? 1 : 0, 2, 4, 8][Int(descriptor >> 6)]
        return 5 + (isSingleSegment ? 0 : 1) + [0, 1, 2, 4][Int(descriptor & 3)] + contentSize
    }

    private func decompress(_ input: inout ByteBuffer, into output: inout ByteBuffer) -> CodingStep {
        var result = 0
        var isFull = false
        let taken = input.withUnsafeReadableBytes { source in
            var from = ZSTD_inBuffer(src: source.baseAddress, size: source.count, pos: 0)
            output.writeWithUnsafeMutableBytes(minimumWritableBytes: Self.room) { target in
                var to = ZSTD_outBuffer(dst: target.baseAddress, size: target.count, pos: 0)
                result = ZSTD_decompressStream(state, &to, &from)
                isFull = to.pos == to.size
                return to.pos
            }
            return from.pos
        }
        input.moveReaderIndex(forwardBy: taken)
        guard ZSTD_isError(result) == 0 else { return .corrupt }
        if result == 0 {
            isAtEnd = true
            header = ByteBuffer()
        }
        // A full output may hide more of a block that was read already.
        return isFull || input.readableBytes > 0 ? .goOn : .needsInput
    }
}
