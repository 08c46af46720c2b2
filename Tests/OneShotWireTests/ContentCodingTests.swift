import NIOCore
import OneShotWire
import Testing

@Suite("Content codings")
struct ContentCodingTests {
    /// `hello hello hello` as gzip, zlib and raw deflate (made with Python's zlib).
    static let gzip: [UInt8] = [
        0x1F, 0x8B, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xCB, 0x48, 0xCD, 0xC9, 0xC9, 0x57, 0xC8, 0x40,
        0x90, 0x00, 0x80, 0x88, 0xF9, 0xE5, 0x11, 0x00, 0x00, 0x00,
    ]
    static let raw: [UInt8] = [0xCB, 0x48, 0xCD, 0xC9, 0xC9, 0x57, 0xC8, 0x40, 0x90, 0x00]

    @Test("gzip and both kinds of deflate", arguments: [("gzip", gzip), ("x-gzip", gzip), ("deflate", raw)])
    func decoded(coding: String, bytes: [UInt8]) throws {
        let text = ContentCoding.decode(ByteBuffer(bytes: bytes), coding: coding).map { String(buffer: $0) }
        #expect(text == "hello hello hello")
    }

    @Test("of a body that stops early, what there is")
    func partial() {
        let text = ContentCoding.decode(ByteBuffer(bytes: Self.gzip.prefix(18)), coding: "gzip").map {
            String(buffer: $0)
        }
        #expect(text?.hasPrefix("hello") == true)
    }

    @Test("an unknown coding, garbage and a bomb are not decoded")
    func refused() throws {
        #expect(ContentCoding.decode(ByteBuffer(bytes: Self.gzip), coding: "br") == nil)
        #expect(ContentCoding.decode(ByteBuffer(string: "garbage!"), coding: "gzip") == nil)
        let bomb = try Deflater().message(String(repeating: "0", count: 1 << 20))
        #expect(ContentCoding.decode(bomb, coding: "deflate", limit: 1000) == nil)
    }
}
