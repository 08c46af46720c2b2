import CBrotli
import NIOCore

/// `br` (RFC 7932).
final class BrotliStream: CodingStream {
    private let state: OpaquePointer
    private(set) var isAtEnd = false

    init?() {
        guard let state = BrotliDecoderCreateInstance(nil, nil, nil) else { return nil }
        self.state = state
    }

    deinit { BrotliDecoderDestroyInstance(state) }

    func step(_ input: inout ByteBuffer, into output: inout ByteBuffer) -> CodingStep {
        if isAtEnd { return input.readableBytes > 0 ? .corrupt : .needsInput }
        var result = BROTLI_DECODER_RESULT_ERROR
        let taken = input.withUnsafeReadableBytes { source in
            var next = source.bindMemory(to: UInt8.self).baseAddress
            var available = source.count
            output.writeWithUnsafeMutableBytes(minimumWritableBytes: Self.room) { target in
                var out = target.bindMemory(to: UInt8.self).baseAddress
                var room = target.count
                result = BrotliDecoderDecompressStream(state, &available, &next, &room, &out, nil)
                return target.count - room
            }
            return source.count - available
        }
        input.moveReaderIndex(forwardBy: taken)
        switch result {
        case BROTLI_DECODER_RESULT_SUCCESS:
            isAtEnd = true
            return .goOn
        case BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT: return .goOn
        // It says so, too, when the input has ended and there was not room enough for what it stands for.
        case BROTLI_DECODER_RESULT_NEEDS_MORE_INPUT: return BrotliDecoderHasMoreOutput(state) != 0 ? .goOn : .needsInput
        default: return .corrupt
        }
    }
}
