import NIOCore
import OneShotWire
import Testing

/// A peer's bytes, and what is wrong with them.
struct Malformed: Sendable, CustomTestStringConvertible {
    let text: String
    let error: HTTPFramingError

    init(_ text: String, _ error: HTTPFramingError) {
        self.text = text
        self.error = error
    }

    /// With a chunked body.
    static func chunks(_ body: String, _ error: HTTPFramingError) -> Malformed {
        Malformed("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" + body, error)
    }

    var testDescription: String { "\(error): \(text.debugDescription.prefix(120))" }
}

@Suite("HTTP framing: what is refused", .timeLimit(.minutes(2)))
struct HTTPFramingErrorTests {
    static let limits = HTTPFramingLimits(headBytes: 1000, fields: 20, trailerBytes: 100, chunkExtensionBytes: 100)

    static func error(_ role: HTTPMessageFramer.Role, _ text: String, pieces size: Int) -> HTTPFramingError? {
        var framer = HTTPMessageFramer(role, limits: limits)
        do throws(HTTPFramingError) {
            for piece in Cutting.pieces(text, of: size) {
                framer.append(piece)
                while try framer.next() != nil {}
            }
            return nil
        } catch {
            return error
        }
    }

    @Test(
        "lengths that two readers could understand differently",
        arguments: [
            Malformed(
                "POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
                .conflictingLengths
            ),
            Malformed(
                "POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\ncontent-length: 0\r\n\r\n",
                .conflictingLengths
            ),
            Malformed("POST / HTTP/1.1\r\nTransfer-Encoding: gzip\r\nContent-Length: 1\r\n\r\n", .conflictingLengths),
            Malformed("POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n", .repeatedContentLength),
            Malformed("POST / HTTP/1.1\r\nContent-Length: 1\r\ncontent-length: 2\r\n\r\n", .repeatedContentLength),
            Malformed("POST / HTTP/1.1\r\nContent-Length: +1\r\n\r\n", .malformedContentLength),
            Malformed("POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", .malformedContentLength),
            Malformed("POST / HTTP/1.1\r\nContent-Length: 0x10\r\n\r\n", .malformedContentLength),
            Malformed("POST / HTTP/1.1\r\nContent-Length: 1 1\r\n\r\n", .malformedContentLength),
            Malformed("POST / HTTP/1.1\r\nContent-Length: 5, 5\r\n\r\n", .malformedContentLength),
            Malformed("POST / HTTP/1.1\r\nContent-Length: 1.0\r\n\r\n", .malformedContentLength),
            Malformed("POST / HTTP/1.1\r\nContent-Length: \u{661}\r\n\r\n", .malformedContentLength),
            Malformed("POST / HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n", .malformedContentLength),
            Malformed("POST / HTTP/1.1\r\nContent-Length:\r\n\r\n", .malformedContentLength),
            Malformed("POST / HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", .unsupportedTransferEncoding),
            Malformed("POST / HTTP/1.1\r\nTransfer-Encoding: chunked, gzip\r\n\r\n", .unsupportedTransferEncoding),
            Malformed("POST / HTTP/1.1\r\nTransfer-Encoding: chunked, chunked\r\n\r\n", .unsupportedTransferEncoding),
            Malformed(
                "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n\r\n",
                .unsupportedTransferEncoding
            ),
            Malformed("POST / HTTP/1.1\r\nTransfer-Encoding: identity\r\n\r\n", .unsupportedTransferEncoding),
            Malformed("POST / HTTP/1.1\r\nTransfer-Encoding: xchunked\r\n\r\n", .unsupportedTransferEncoding),
            Malformed("POST / HTTP/1.1\r\nTransfer-Encoding: \"chunked\"\r\n\r\n", .unsupportedTransferEncoding),
            Malformed("POST / HTTP/1.1\r\nTransfer-Encoding: chunked;q=1\r\n\r\n", .unsupportedTransferEncoding),
            Malformed("POST / HTTP/1.1\r\nTransfer-Encoding: \u{B}chunked\r\n\r\n", .unsupportedTransferEncoding),
            // A Kelvin sign, whose lower case is a `k`.
            Malformed("POST / HTTP/1.1\r\nTransfer-Encoding: chun\u{212A}ed\r\n\r\n", .unsupportedTransferEncoding),
            Malformed("POST / HTTP/1.1\r\nTransfer-Encoding:\r\n\r\n", .unsupportedTransferEncoding),
            Malformed("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", .transferEncodingInOldVersion),
            Malformed("CONNECT a:1 HTTP/1.1\r\nContent-Length: 1\r\n\r\n", .bodyOfConnect),
            Malformed("CONNECT a:1 HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", .bodyOfConnect),
        ]
    )
    func lengths(malformed: Malformed) {
        for size in Cutting.sizes {
            #expect(Self.error(.requests, malformed.text, pieces: size) == malformed.error, "in pieces of \(size)")
        }
    }

    @Test(
        "heads",
        arguments: [
            Malformed("GET / HTTP/1.1\r\nA: 1\r\n b\r\n\r\n", .obsoleteFolding),
            Malformed("GET / HTTP/1.1\r\nA: 1\r\n\tb\r\n\r\n", .obsoleteFolding),
            Malformed("GET / HTTP/1.1\r\n A: 1\r\n\r\n", .obsoleteFolding),
            Malformed("GET / HTTP/1.1\r\n \r\n\r\n", .obsoleteFolding),
            Malformed("GET / HTTP/1.1\r\nA : 1\r\n\r\n", .blankBeforeColon),
            Malformed("GET / HTTP/1.1\r\nA\t: 1\r\n\r\n", .blankBeforeColon),
            Malformed("GET / HTTP/1.1\r\nTransfer-Encoding : chunked\r\n\r\n", .blankBeforeColon),
            Malformed("GET / HTTP/1.1\r\n: 1\r\n\r\n", .malformedField),
            Malformed("GET / HTTP/1.1\r\nA\r\n\r\n", .malformedField),
            Malformed("GET / HTTP/1.1\r\nA B: 1\r\n\r\n", .malformedField),
            Malformed("GET / HTTP/1.1\r\n\u{E4}: 1\r\n\r\n", .malformedField),
            Malformed("GET / HTTP/1.1\r\n\u{B}A: 1\r\n\r\n", .malformedField),
            Malformed("GET / HTTP/1.1\r\nA: 1\rB: 2\r\n\r\n", .bareCarriageReturn),
            Malformed("GET / HTTP/1.1\r\nA: 1\r\r\n\r\n", .bareCarriageReturn),
            Malformed("GET / HTTP/1.1\r\nA: 1\nB: 2\r\n\r\n", .bareLineFeed),
            Malformed("GET / HTTP/1.1\r\nA: 1\r\n\n", .bareLineFeed),
            Malformed("GET / HTTP/1.1\nA: 1\n\n", .bareLineFeed),
            Malformed("GET / HTTP/1.1\r\nA: \0\r\n\r\n", .nulByte),
            Malformed("GET /\0 HTTP/1.1\r\n", .nulByte),
            Malformed("GET / HTTP/2.0\r\n", .unsupportedVersion),
            Malformed("GET / HTTP/1.2\r\n", .unsupportedVersion),
            Malformed("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", .unsupportedVersion),
            Malformed("GET / http/1.1\r\n", .malformedStartLine),
            Malformed("GET  / HTTP/1.1\r\n", .malformedStartLine),
            Malformed("GET / HTTP/1.1 \r\n", .malformedStartLine),
            Malformed("GET /a b HTTP/1.1\r\n", .malformedStartLine),
            Malformed("GET\t/ HTTP/1.1\r\n", .malformedStartLine),
            Malformed("GET /\u{7F} HTTP/1.1\r\n", .malformedStartLine),
            Malformed("G@T / HTTP/1.1\r\n", .malformedStartLine),
            Malformed("GET /\r\n", .malformedStartLine),
            Malformed("hello\r\n", .malformedStartLine),
            // With its first byte: TLS, which waits for an answer before it sends more.
            Malformed("\u{16}", .malformedStartLine),
            Malformed("\n", .malformedStartLine),
            Malformed(String(repeating: "\r\n", count: 17), .malformedStartLine),
            Malformed("GET / HTTP/1.1\r\nA: " + String(repeating: "a", count: 982), .headTooLarge(limit: 1000)),
            Malformed("GET /" + String(repeating: "a", count: 1000), .headTooLarge(limit: 1000)),
            Malformed(
                "GET / HTTP/1.1\r\n" + String(repeating: "A:\r\n", count: 21),
                .tooManyFields(limit: 20)
            ),
        ]
    )
    func heads(malformed: Malformed) {
        for size in Cutting.sizes {
            #expect(Self.error(.requests, malformed.text, pieces: size) == malformed.error, "in pieces of \(size)")
        }
    }

    @Test(
        "responses",
        arguments: [
            Malformed(
                "HTTP/1.1 204 N\r\nTransfer-Encoding: chunked\r\n\r\n",
                .transferEncodingWithoutBody(status: 204)
            ),
            Malformed(
                "HTTP/1.1 100 C\r\nTransfer-Encoding: chunked\r\n\r\n",
                .transferEncodingWithoutBody(status: 100)
            ),
            Malformed("HTTP/1.1 204 N\r\nContent-Length: x\r\n\r\n", .malformedContentLength),
            // The length of a 204 says nothing: these bytes are the next response.
            Malformed("HTTP/1.1 204 N\r\nContent-Length: 5\r\n\r\nhello", .malformedStartLine),
            Malformed("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", .transferEncodingInOldVersion),
            Malformed("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", .repeatedContentLength),
            Malformed("HTTP/1.1 99 X\r\n", .malformedStartLine),
            Malformed("HTTP/1.1 +20 X\r\n", .malformedStartLine),
            Malformed("HTTP/1.1 2000 X\r\n", .malformedStartLine),
            Malformed("HTTP/1.1 099 X\r\n", .malformedStartLine),
            Malformed("HTTP/1.1\r\n", .malformedStartLine),
            Malformed("HTTP/2 200 OK\r\n", .unsupportedVersion),
            Malformed("ICY 200 OK\r\n", .malformedStartLine),
            Malformed("HTTPS", .malformedStartLine),
        ]
    )
    func responses(malformed: Malformed) {
        for size in Cutting.sizes {
            #expect(Self.error(.responses, malformed.text, pieces: size) == malformed.error, "in pieces of \(size)")
        }
    }

    @Test(
        "chunked bodies",
        arguments: [
            Malformed.chunks("5 5\r\nhello", .malformedChunkSize),
            .chunks("-1\r\n", .malformedChunkSize),
            .chunks("+1\r\n", .malformedChunkSize),
            .chunks("0x5\r\nhello", .malformedChunkSize),
            .chunks(" 5\r\nhello", .malformedChunkSize),
            .chunks("5,\r\nhello", .malformedChunkSize),
            .chunks("\r\n", .malformedChunkSize),
            .chunks(";a\r\n", .malformedChunkSize),
            .chunks("5;\0\r\n", .malformedChunkSize),
            .chunks("fffffffffffffffff\r\n", .chunkTooLarge),
            .chunks("0000000000000005\r\n", .chunkTooLarge),
            .chunks("5\nhello", .bareLineFeed),
            .chunks("5;a\nhello", .bareLineFeed),
            .chunks("5\rhello", .bareCarriageReturn),
            .chunks("5;a\rhello", .bareCarriageReturn),
            .chunks("2\r\nabX", .malformedChunkEnd),
            .chunks("2\r\nab\n", .malformedChunkEnd),
            .chunks("2\r\nab\rX", .malformedChunkEnd),
            .chunks("2;" + String(repeating: "a", count: 100), .chunkExtensionsTooLong(limit: 100)),
            .chunks("2" + String(repeating: " ", count: 100), .chunkExtensionsTooLong(limit: 100)),
            // A long extension with every byte.
            .chunks(
                String(repeating: "1;aaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\nx\r\n", count: 10),
                .chunkExtensionsTooLong(limit: 100)
            ),
            .chunks("0\r\nA b\r\n\r\n", .malformedTrailer),
            .chunks("0\r\nA : b\r\n\r\n", .malformedTrailer),
            .chunks("0\r\nA: b\r\n c\r\n\r\n", .malformedTrailer),
            .chunks("0\r\nA: \0\r\n\r\n", .malformedTrailer),
            .chunks("0\r\nA: b\n\r\n", .bareLineFeed),
            .chunks("0\r\nA: b\rc", .bareCarriageReturn),
            .chunks("0\r\nA:" + String(repeating: "a", count: 99), .trailersTooLarge(limit: 100)),
            .chunks("0\r\n" + String(repeating: "A:\r\n", count: 21), .tooManyFields(limit: 20)),
        ]
    )
    func chunks(malformed: Malformed) {
        for size in Cutting.sizes {
            #expect(Self.error(.requests, malformed.text, pieces: size) == malformed.error, "in pieces of \(size)")
        }
    }

    @Test("after an error there is nothing but the error")
    func sticky() {
        var framer = HTTPMessageFramer(.requests)
        framer.append(ByteBuffer(string: "GET / HTTP/1.1\r\nA\r\nB: 1\r\n\r\n"))
        for _ in 0..<3 { #expect(throws: HTTPFramingError.malformedField) { try framer.next() } }
        framer.append(ByteBuffer(string: "GET / HTTP/1.1\r\n\r\n"))
        #expect(throws: HTTPFramingError.malformedField) { try framer.next() }
        #expect(throws: HTTPFramingError.malformedField) { try framer.finish() }
    }

    @Test("a large head that drips in byte by byte costs no more than its length")
    func drip() throws {
        // Were every byte a reason to look at all that came before, this would take hours.
        let text =
            "GET /\(String(repeating: "x", count: 400_000)) HTTP/1.1\r\nA: \(String(repeating: "y", count: 400_000))"
        var framer = HTTPMessageFramer(.requests, limits: HTTPFramingLimits(headBytes: 1 << 20))
        for byte in (text + "\r\n\r\n").utf8.dropLast() {
            framer.append(ByteBuffer(integer: byte))
            #expect(try framer.next() == nil)
        }
        framer.append(ByteBuffer(string: "\n"))
        guard case .head(let head, .none) = try framer.next() else {
            Issue.record("no head")
            return
        }
        #expect(head.bytes.readableBytes == text.utf8.count + 4)
    }
}
