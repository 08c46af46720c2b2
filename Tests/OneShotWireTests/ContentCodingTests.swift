import NIOCore
import OneShotWire
import Testing

@Suite("Content codings")
struct ContentCodingTests {
    static let text = "hello hello hello"

    /// The text in one coding or several, made with Python's zlib and the brotli and zstd libraries.
    struct Sample: Sendable, CustomTestStringConvertible {
        let codings: [String]
        let bytes: ByteBuffer
        let text: String

        init(_ codings: String..., hex: String, text: String = ContentCodingTests.text) {
            self.codings = codings
            bytes = ContentCodingTests.bytes(hex)
            self.text = text
        }

        var testDescription: String { "\(codings.joined(separator: ", ")), \(bytes.readableBytes) bytes" }
    }

    static let gzip = "1f8b0800000000000203cb48cdc9c957c84090008088f9e511000000"
    static let zlib = "78dacb48cdc9c957c84090003a2e067d"
    static let raw = "cb48cdc9c957c8409000"
    static let brotli = "1b1000f88d946ede445586966c206f014f1c601c"
    static let zstd = "28b52ffd04586500003068656c6c6f200100314a11a2ed1e0c"
    static let gzipInZstd = "28b52ffd241ce100001f8b0800000000000203cb48cdc9c957c84090008088f9e511000000345b3529"

    /// A megabyte of zeros.
    static let zstdBomb =
        "28b52ffd04684c000008000100fcff391002020010000200100002001000"
        + "02001000020010000200100003001000f13e16e1"

    static let samples = [
        Sample("gzip", hex: gzip),
        Sample("x-gzip", hex: gzip),
        Sample("gzip", hex: gzip + gzip, text: text + text),
        Sample("deflate", hex: zlib),
        Sample("deflate", hex: raw),
        Sample("deflate", hex: gzip),
        Sample("br", hex: brotli),
        Sample("zstd", hex: zstd),
        Sample("zstd", hex: zstd + zstd, text: text + text),
        // A skippable frame says nothing.
        Sample("zstd", hex: "502a4d1803000000414243" + zstd),
        Sample("gzip", "zstd", hex: gzipInZstd),
        Sample("identity", hex: "68690a", text: "hi\n"),
        Sample(hex: "68690a", text: "hi\n"),
    ]

    static func bytes(_ hex: String) -> ByteBuffer {
        var buffer = ByteBuffer()
        var rest = hex[...]
        while let byte = UInt8(rest.prefix(2), radix: 16) {
            buffer.writeInteger(byte)
            rest = rest.dropFirst(2)
        }
        return buffer
    }

    /// What a decoder gives for pieces of one size.
    static func decode(
        _ bytes: ByteBuffer,
        _ codings: [String],
        pieces size: Int,
        limit: Int = .max
    ) throws(ContentDecodingError) -> (text: String, end: ContentDecoder.End) {
        let decoder = try ContentDecoder(codings: codings, limit: limit)
        var output = ByteBuffer()
        for piece in Cutting.pieces(bytes, of: size) { try decoder.feed(piece, into: &output) }
        return (String(buffer: output), try decoder.finish())
    }

    @Test("however the body is cut, it is decoded", arguments: samples)
    func decoded(sample: Sample) throws {
        for size in Cutting.sizes {
            let (text, end) = try Self.decode(sample.bytes, sample.codings, pieces: size)
            #expect(text == sample.text, "in pieces of \(size)")
            #expect(end == .whole, "in pieces of \(size)")
        }
        let whole = ContentCoding.decode(sample.bytes, codings: sample.codings)
        #expect(whole.map { String(buffer: $0) } == sample.text)
    }

    @Test("of a body that stops early, what there is", arguments: samples.filter { $0.text == text })
    func truncated(sample: Sample) throws {
        for length in 1..<sample.bytes.readableBytes {
            guard let part = sample.bytes.getSlice(at: sample.bytes.readerIndex, length: length) else { continue }
            let (text, end) = try Self.decode(part, sample.codings, pieces: 3)
            #expect(sample.text.hasPrefix(text))
            // A cut between the skippable frame and the real one cannot be seen.
            if length != 11 || sample.codings != ["zstd"] { #expect(end == .truncated, "\(length) bytes") }
        }
    }

    @Test("a stream that is flushed is decoded up to there at once")
    func flushed() throws {
        let deflater = try Deflater()
        let decoder = try ContentDecoder(coding: "deflate")
        for event in ["data: 1\n\n", "data: 2\n\n", "data: 1\n\n"] {
            var piece = deflater.message(event)
            piece.writeBytes([0, 0, 0xFF, 0xFF])
            #expect(String(buffer: try decoder.feed(piece)) == event)
        }
        #expect(try decoder.finish() == .truncated)
    }

    @Test(
        "what is not in its coding is an error, and stays one",
        arguments: [
            ("gzip", "67617262616765"), ("gzip", zlib), ("deflate", "ffff0000"), ("br", "ffffffffffff"),
            ("zstd", "67617262616765"), ("gzip", gzip + "0000"), ("deflate", zlib + "00"), ("br", brotli + "00"),
            ("zstd", zstd + "6761726261"),
            // The checksum at the end does not match.
            ("gzip", "1f8b0800000000000203cb48cdc9c957c84090008188f9e511000000"),
            // The magic number of an old format, after a byte of today's.
            ("zstd", "2826b52ffd000006"),
            // A window of 128 MB.
            ("zstd", "28b52ffd008854000010000001"),
        ]
    )
    func corrupt(coding: String, hex: String) throws {
        for size in Cutting.sizes {
            let decoder = try ContentDecoder(coding: coding)
            #expect(throws: ContentDecodingError.corrupt(coding), "in pieces of \(size)") {
                for piece in Cutting.pieces(Self.bytes(hex), of: size) { _ = try decoder.feed(piece) }
            }
            #expect(throws: ContentDecodingError.corrupt(coding)) { try decoder.feed(ByteBuffer(string: "x")) }
            #expect(throws: ContentDecodingError.corrupt(coding)) { try decoder.finish() }
        }
        #expect(ContentCoding.decode(Self.bytes(hex), coding: coding) == nil)
    }

    @Test(
        "a bomb goes off at the limit, with what fits into it",
        arguments: [
            ("br", "5bffff0f4002201e0b24f7fe01"),
            ("zstd", zstdBomb),
        ]
    )
    func bomb(coding: String, hex: String) throws {
        let decoder = try ContentDecoder(coding: coding, limit: 1000)
        var output = ByteBuffer()
        #expect(throws: ContentDecodingError.tooLong(limit: 1000)) {
            try decoder.feed(Self.bytes(hex), into: &output)
        }
        #expect(output.readableBytes == 1000)
        let (whole, end) = try Self.decode(Self.bytes(hex), [coding], pieces: 5, limit: 1 << 20)
        #expect(whole.utf8.count == 1 << 20)
        #expect(end == .whole)
    }

    @Test("a body that ends too early gives all that its bytes stand for, however it is cut", arguments: [1, 3, 100])
    func cut(pieces: Int) throws {
        let hex =
            "5bffff0f40023535353535403535353535353535353535353535353535353535353535353535353535353535353535353535"
            + "35353535353535201e0b24f7fe01"
        let decoder = try ContentDecoder(coding: "br")
        var output = ByteBuffer()
        for piece in Cutting.pieces(Self.bytes(hex), of: pieces) { try decoder.feed(piece, into: &output) }
        #expect(output.readableBytes == 18_883)
        let end = try decoder.finish()
        #expect(end == .truncated)
    }

    @Test("a bomb inside another counts at each of its codings")
    func bombInBomb() throws {
        let deflater = try Deflater()
        let inner = deflater.message(String(repeating: "0", count: 4 << 20))
        deflater.reset()
        let outer = deflater.message(String(buffer: inner))
        #expect(ContentCoding.decode(outer, codings: ["deflate", "deflate"], limit: 1000) == nil)
    }

    @Test("unknown codings, and more than anyone means, are refused by name")
    func unknown() {
        #expect(throws: ContentDecodingError.unsupported("aws-chunked")) {
            try ContentDecoder(codings: ["gzip", "aws-chunked"])
        }
        #expect(throws: ContentDecodingError.unsupported("br, br, br, br, br")) {
            try ContentDecoder(codings: Array(repeating: "br", count: 5))
        }
        #expect(ContentCoding.decode(Self.bytes(Self.gzip), coding: "compress") == nil)
    }

    @Test("a body without bytes is whole in any coding", arguments: ["gzip", "deflate", "br", "zstd", "identity"])
    func empty(coding: String) throws {
        let (text, end) = try Self.decode(ByteBuffer(), [coding], pieces: 1)
        #expect(text.isEmpty)
        #expect(end == .whole)
    }
}
