import CZlib
import NIOCore

/// gzip (RFC 1952), one member after another; and `deflate`, which servers send with and without its zlib header.
final class InflateStream: CodingStream {
    enum Coding {
        case gzip
        case deflate
    }

    private let coding: Coding
    private var inflater: Inflater?
    /// The first byte of `deflate`, until the second says what it is.
    private var first: UInt8?
    private(set) var isAtEnd = false

    init?(_ coding: Coding) {
        self.coding = coding
        if coding == .gzip {
            guard let inflater = try? Inflater(.gzip) else { return nil }
            self.inflater = inflater
        }
    }

    func step(_ input: inout ByteBuffer, into output: inout ByteBuffer) -> CodingStep {
        guard input.readableBytes > 0 || !isAtEnd else { return .needsInput }
        guard let inflater = inflater ?? recognise(&input) else {
            return first == nil ? .corrupt : .needsInput
        }
        if isAtEnd {
            // What follows a gzip member can only be another one.
            guard coding == .gzip else { return .corrupt }
            inflater.reset()
            isAtEnd = false
        }
        let (status, taken, made) = inflater.step(input, &output)
        input.moveReaderIndex(forwardBy: taken)
        switch status {
        case Z_STREAM_END:
            isAtEnd = true
            return .goOn
        case Z_OK: return taken == 0 && made == 0 ? .needsInput : .goOn
        case Z_BUF_ERROR: return .needsInput
        default: return .corrupt
        }
    }

    /// Looks at the first two bytes: a zlib header says so and is divisible by 31 (RFC 1950, section 2.2); a raw stream
    /// that looks like one would begin with a stored block whose padding is not zero.
    private func recognise(_ input: inout ByteBuffer) -> Inflater? {
        var start = ByteBuffer()
        if let first { start.writeInteger(first) }
        start.writeImmutableBuffer(input)
        guard let word = start.getInteger(at: start.readerIndex, as: UInt16.self) else {
            first = input.readInteger()
            return nil
        }
        let format: Inflater.Format =
            switch word {
            case 0x1F8B: .gzip
            case _ where word >> 8 & 0x0F == 8 && word >> 12 <= 7 && word % 31 == 0: .zlib
            default: .raw
            }
        input = start
        first = nil
        inflater = try? Inflater(format)
        return inflater
    }
}
