public import NIOCore

/// Undoes the content codings of one body, piece by piece (RFC 9110, section 8.4).
///
/// Feed it the bytes as they arrive; each piece gives at once all that can be decoded so far. A class, because the C
/// libraries keep the addresses of their states; it is used by one owner at a time.
public final class ContentDecoder {
    /// How a body has ended.
    public enum End: Sendable, Equatable {
        case whole
        /// The bytes stop inside the coding. What was decoded before is right.
        case truncated
    }

    private let codings: [String]
    private let streams: [any CodingStream]
    private let limit: Int
    /// What each of the codings has produced so far, in bytes.
    private var produced: [Int]
    private var isEmpty = true
    private var failure: ContentDecodingError?

    /// A body with more codings than this is nobody's; each of them could be a bomb inside a bomb.
    private static let mostCodings = 4

    /// - Parameters:
    ///   - codings: the elements of `Content-Encoding` in their order, which is the order in which they were applied,
    ///     in lower case. None, and `identity`, let the bytes through.
    ///   - limit: the most bytes to produce, from all the body's pieces together.
    /// - Throws: ``ContentDecodingError/unsupported(_:)``.
    public init(codings: [String], limit: Int = .max) throws(ContentDecodingError) {
        let applied = codings.filter { $0 != "identity" }
        guard applied.count <= Self.mostCodings else { throw .unsupported(applied.joined(separator: ", ")) }
        self.codings = applied.reversed()
        var streams: [any CodingStream] = []
        for coding in applied.reversed() { streams.append(try Self.stream(coding)) }
        self.streams = streams
        self.limit = limit
        produced = Array(repeating: 0, count: max(1, streams.count))
    }

    public convenience init(coding: String, limit: Int = .max) throws(ContentDecodingError) {
        try self.init(codings: [coding], limit: limit)
    }

    private static func stream(_ coding: String) throws(ContentDecodingError) -> any CodingStream {
        let stream: (any CodingStream)? =
            switch coding {
            case "gzip", "x-gzip": InflateStream(.gzip)
            case "deflate": InflateStream(.deflate)
            case "br": BrotliStream()
            case "zstd": ZstdStream()
            default: nil
            }
        guard let stream else { throw .unsupported(coding) }
        return stream
    }

    /// Appends to `output` what these bytes add to the body.
    ///
    /// - Throws: ``ContentDecodingError``. What could be decoded, or fits into the limit, is in `output` all the same.
    ///   The error comes again with every further piece.
    public func feed(_ bytes: ByteBuffer, into output: inout ByteBuffer) throws(ContentDecodingError) {
        if let failure { throw failure }
        guard bytes.readableBytes > 0 else { return }
        isEmpty = false
        do {
            try pass(bytes, through: 0, into: &output)
        } catch {
            failure = error
            throw error
        }
    }

    /// - Returns: what these bytes add to the body.
    public func feed(_ bytes: ByteBuffer) throws(ContentDecodingError) -> ByteBuffer {
        var output = ByteBuffer()
        try feed(bytes, into: &output)
        return output
    }

    /// Says that no further bytes follow.
    ///
    /// - Throws: the error that an earlier piece gave.
    public func finish() throws(ContentDecodingError) -> End {
        if let failure { throw failure }
        // A body without bytes, as HEAD and 304 answer, is none in any coding.
        return isEmpty || streams.allSatisfy(\.isAtEnd) ? .whole : .truncated
    }

    private func pass(
        _ bytes: ByteBuffer,
        through index: Int,
        into output: inout ByteBuffer
    ) throws(ContentDecodingError) {
        guard index < streams.count else {
            var bytes = bytes
            try count(bytes.readableBytes, of: 0, &bytes)
            output.writeImmutableBuffer(bytes)
            return
        }
        var input = bytes
        var canGoOn = true
        while canGoOn {
            var piece = ByteBuffer()
            let isLast = index == streams.count - 1
            let before = isLast ? output.readableBytes : 0
            let status = isLast ? streams[index].step(&input, into: &output) : streams[index].step(&input, into: &piece)
            if isLast {
                try count(output.readableBytes - before, of: index, &output)
            } else if piece.readableBytes > 0 {
                try count(piece.readableBytes, of: index, &piece)
                try pass(piece, through: index + 1, into: &output)
            }
            switch status {
            case .goOn: break
            case .needsInput: canGoOn = false
            case .corrupt: throw .corrupt(codings[index])
            }
        }
    }

    /// Counts what a coding has just appended to a buffer, and takes back what is over the limit.
    private func count(_ length: Int, of index: Int, _ buffer: inout ByteBuffer) throws(ContentDecodingError) {
        produced[index] += length
        let excess = produced[index] - limit
        guard excess > 0 else { return }
        buffer.moveWriterIndex(to: buffer.writerIndex - min(excess, length))
        throw .tooLong(limit: limit)
    }
}
