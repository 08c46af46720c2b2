import NIOCore
import OneShotWire
import Testing

@Suite("WebSocket frames")
struct WebSocketTests {
    /// What the parser and the assembler make of a stream.
    static func play(
        _ bytes: ByteBuffer,
        pieces size: Int,
        isDeflated: Bool = false,
        noContextTakeover: Bool = false,
        limit: Int = 1 << 20
    ) throws -> [WebSocketMessage] {
        var frames = WebSocketFrameParser()
        var assembler = try WebSocketMessageAssembler(
            isDeflated: isDeflated,
            noContextTakeover: noContextTakeover,
            limit: limit
        )
        var messages: [WebSocketMessage] = []
        var raw = ByteBuffer()
        for piece in Cutting.pieces(bytes, of: size) {
            frames.append(piece)
            while let event = try frames.next() {
                switch event {
                case .header(_, let bytes), .payload(let bytes, _): raw.writeImmutableBuffer(bytes)
                case .end: break
                }
                if let message = try assembler.take(event) { messages.append(message) }
            }
        }
        #expect(raw == bytes, "every byte comes out again")
        #expect(frames.isBetweenFrames)
        return messages
    }

    static func stream(_ frames: ByteBuffer...) -> ByteBuffer {
        frames.reduce(into: ByteBuffer()) { $0.writeImmutableBuffer($1) }
    }

    static func text(_ text: String) -> WebSocketMessage {
        WebSocketMessage(opcode: .text, payload: ByteBuffer(string: text))
    }

    @Test("the examples of RFC 6455, section 5.7", arguments: Cutting.sizes)
    func examples(size: Int) throws {
        let unmasked = ByteBuffer(bytes: [0x81, 0x05, 0x48, 0x65, 0x6C, 0x6C, 0x6F])
        let masked = ByteBuffer(bytes: [0x81, 0x85, 0x37, 0xFA, 0x21, 0x3D, 0x7F, 0x9F, 0x4D, 0x51, 0x58])
        let fragments = ByteBuffer(bytes: [0x01, 0x03, 0x48, 0x65, 0x6C, 0x80, 0x02, 0x6C, 0x6F])
        let ping = ByteBuffer(bytes: [0x89, 0x05, 0x48, 0x65, 0x6C, 0x6C, 0x6F])
        let stream = Self.stream(unmasked, masked, fragments, ping)
        let hello = Self.text("Hello")
        let pinged = WebSocketMessage(opcode: .ping, payload: ByteBuffer(string: "Hello"))
        #expect(try Self.play(stream, pieces: size) == [hello, hello, hello, pinged])
    }

    @Test("a control frame between fragments does not disturb them", arguments: Cutting.sizes)
    func controlBetweenFragments(size: Int) throws {
        let stream = Self.stream(
            WebSocketFrameHeader.frame(.text, payload: ByteBuffer(string: "a"), isFinal: false, mask: 1),
            WebSocketFrameHeader.frame(.pong, payload: ByteBuffer(string: "p"), mask: 2),
            WebSocketFrameHeader.frame(.continuation, payload: ByteBuffer(string: "b"), mask: 3)
        )
        #expect(try Self.play(stream, pieces: size).map(\.text) == ["p", "ab"])
    }

    @Test("lengths in each of the three forms", arguments: [0, 125, 126, 65_535, 65_536, 200_000])
    func lengths(count: Int) throws {
        let text = String(repeating: "x", count: count)
        for mask in [nil, UInt32(0xDEAD_BEEF)] {
            let frame = WebSocketFrameHeader.textFrame(text, mask: mask)
            #expect(try Self.play(frame, pieces: 1000).map(\.text) == [text])
        }
    }

    @Test("the examples of RFC 7692, section 7.2.3")
    func compressedExamples() throws {
        let single = ByteBuffer(bytes: [0xC1, 0x07, 0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00])
        // The second message refers to the first one's window.
        let shared = ByteBuffer(bytes: [0xC1, 0x05, 0xF2, 0x00, 0x11, 0x00, 0x00])
        let fragments = ByteBuffer(bytes: [0x41, 0x03, 0xF2, 0x48, 0xCD, 0x80, 0x04, 0xC9, 0xC9, 0x07, 0x00])
        let stored = ByteBuffer(bytes: [0xC1, 0x0B, 0x00, 0x05, 0x00, 0xFA, 0xFF, 0x48, 0x65, 0x6C, 0x6C, 0x6F, 0x00])
        // A block with the mark of the last one; what follows still refers to the same window.
        let final = ByteBuffer(bytes: [0xC1, 0x08, 0xF3, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00, 0x00])
        let frames = [single, shared, fragments, stored, final, shared]
        for size in Cutting.sizes {
            let stream = frames.reduce(into: ByteBuffer()) { $0.writeImmutableBuffer($1) }
            let messages = try Self.play(stream, pieces: size, isDeflated: true)
            #expect(messages.map(\.text) == frames.map { _ in "Hello" })
        }
    }

    @Test("compressed messages with and without context, mixed with plain ones", arguments: [true, false])
    func deflated(noContextTakeover: Bool) throws {
        let deflater = try Deflater()
        let texts = (0..<20).map { index in String(repeating: "{\"n\":\(index)}", count: 1 + index * 50) }
        var stream = ByteBuffer()
        for text in texts {
            let payload = deflater.message(text)
            if noContextTakeover { deflater.reset() }
            stream.writeImmutableBuffer(
                WebSocketFrameHeader.frame(.text, payload: payload, isCompressed: true, mask: 5)
            )
            stream.writeImmutableBuffer(WebSocketFrameHeader.textFrame("plain", mask: 6))
        }
        let messages = try Self.play(stream, pieces: 9, isDeflated: true, noContextTakeover: noContextTakeover)
        #expect(messages.map(\.text) == texts.flatMap { [$0, "plain"] })
    }

    @Test("a message past the limit is cut, the next one is whole", arguments: [true, false])
    func limit(isDeflated: Bool) throws {
        let deflater = try Deflater()
        let stream = ["0123456789", "abc"].reduce(into: ByteBuffer()) { stream, text in
            let payload = isDeflated ? deflater.message(text) : ByteBuffer(string: text)
            stream.writeImmutableBuffer(WebSocketFrameHeader.frame(.text, payload: payload, isCompressed: isDeflated))
        }
        for size in [3, 100] {
            let messages = try Self.play(stream, pieces: size, isDeflated: isDeflated, limit: 5)
            #expect(messages.map(\.text) == ["01234", "abc"])
            #expect(messages.map(\.isTruncated) == [true, false])
        }
    }

    @Test(
        "what is no WebSocket stream is an error",
        arguments: [
            ([0xB1, 0x00], WebSocketError.reservedBits), ([0x83, 0x00], .unknownOpcode(3)),
            ([0x09, 0x00], .malformedControlFrame), ([0x89, 0x7E, 0x00, 0x80], .malformedControlFrame),
            ([0x81, 0x7F, 0xFF, 0, 0, 0, 0, 0, 0, 0], .malformedLength), ([0x80, 0x00], .misplacedContinuation),
            ([0x01, 0x00, 0x81, 0x00], .misplacedContinuation), ([0xC1, 0x00], .reservedBits),
        ] as [([UInt8], WebSocketError)]
    )
    func malformed(bytes: [UInt8], error: WebSocketError) {
        #expect(throws: error) { try Self.play(ByteBuffer(bytes: bytes), pieces: 1) }
    }

    @Test(
        "what a server agreed to",
        arguments: [
            ("permessage-deflate", PermessageDeflate()),
            (
                "Permessage-Deflate; server_no_context_takeover; server_max_window_bits=10",
                .init(serverNoContextTakeover: true)
            ),
            ("x, permessage-deflate ;client_no_context_takeover", .init(clientNoContextTakeover: true)),
            ("permessage-bzip", nil),
        ] as [(String, PermessageDeflate?)]
    )
    func agreed(value: String, expected: PermessageDeflate?) throws {
        var framer = HTTPMessageFramer(.responses)
        framer.append(ByteBuffer(string: "HTTP/1.1 101 x\r\nSec-WebSocket-Extensions: \(value)\r\n\r\n"))
        guard case .head(let head, _) = try framer.next() else {
            Issue.record("no head")
            return
        }
        #expect(PermessageDeflate(response: head) == expected)
    }
}
