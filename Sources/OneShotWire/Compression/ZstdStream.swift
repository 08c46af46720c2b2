import CZstd
import NIOCore

/// `zstd` (RFC 8878), one frame after another.
final class ZstdStream: CodingStream {
    private let state: OpaquePointer
    /// Between two frames, after at least one.
    private(set) var isAtEnd = false

    init?() {
        guard let state = ZSTD_createDStream() else { return nil }
        self.state = state
        // As a content coding it has windows of 8 MB at most (RFC 9659, section 3); a sender cannot ask for more memory.
        ZSTD_DCtx_setParameter(state, ZSTD_d_windowLogMax, 23)
    }

    deinit { ZSTD_freeDStream(state) }

    func step(_ input: inout ByteBuffer, into output: inout ByteBuffer) -> CodingStep {
        guard input.readableBytes > 0 || !isAtEnd else { return .needsInput }
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
        isAtEnd = result == 0
        // A full output may hide more of a block that was read already.
        return isFull || input.readableBytes > 0 ? .goOn : .needsInput
    }
}
