import NIOCore
import OneShotWire
import Testing

@Suite("HTTP framing")
struct HTTPMessageFramerTests {
    /// What a framer says about a conversation, as lines that read like one.
    static func play(
        _ role: HTTPMessageFramer.Role,
        _ text: String,
        pieces size: Int,
        method: String = "GET",
        atEnd: Bool = false
    ) throws -> [String] {
        var framer = HTTPMessageFramer(role)
        framer.requestMethod = method
        var lines: [String] = []
        var raw = ByteBuffer()
        func take() throws {
            while let event = try framer.next() {
                switch event {
                case .head(let head, let framing):
                    lines.append(
                        "\(head.method.isEmpty ? "\(head.status)" : "\(head.method) \(head.target)") \(framing)"
                    )
                    raw.writeImmutableBuffer(head.bytes)
                case .body(let bytes, let data):
                    raw.writeImmutableBuffer(bytes)
                    guard data.readableBytes > 0 else { continue }
                    let text = String(buffer: data)
                    if let last = lines.last, last.hasPrefix("> ") {
                        lines[lines.count - 1] = last + text
                    } else {
                        lines.append("> " + text)
                    }
                case .end: lines.append("end")
                }
            }
        }
        for piece in Cutting.pieces(text, of: size) {
            framer.append(piece)
            try take()
        }
        if atEnd {
            try framer.finish()
            try take()
        }
        #expect(String(buffer: raw) == text, "every byte comes out again")
        return lines
    }

    @Test("requests with and without bodies, one after the other", arguments: Cutting.sizes)
    func requests(size: Int) throws {
        let text =
            "GET /a?b HTTP/1.1\r\nHost:x\r\n\r\n"
            + "POST /b HTTP/1.1\r\nContent-Length: 5\r\nX: \t y \r\n\r\nhello"
            + "PUT /c HTTP/1.1\r\ntransfer-encoding: Chunked\r\n\r\n5;ext=\"1\"\r\nhello\r\n006\r\n world\r\n0\r\nT: 1\r\n\r\n"
            + "DELETE * HTTP/1.0\r\n\r\n"
        #expect(
            try Self.play(.requests, text, pieces: size) == [
                "GET /a?b none", "end", "POST /b length(5)", "> hello", "end", "PUT /c chunked", "> hello world", "end",
                "DELETE * none", "end",
            ]
        )
    }

    @Test("responses whose body ends in each of the ways there are", arguments: Cutting.sizes)
    func responses(size: Int) throws {
        let text =
            "HTTP/1.1 100 Continue\r\n\r\n" + "HTTP/1.1 204\r\n\r\n"
            + "HTTP/1.1 200 Fine Thanks\r\nContent-Length: 0\r\n\r\n"
            + "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n"
            + "HTTP/1.0 200 OK\r\n\r\nto the end"
        #expect(
            try Self.play(.responses, text, pieces: size, atEnd: true) == [
                "100 none", "end", "204 none", "end", "200 none", "end", "200 chunked", "> ab", "end", "200 untilClose",
                "> to the end", "end",
            ]
        )
    }

    @Test("the answer to HEAD has no body, whatever its length says")
    func head() throws {
        let text = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n"
        #expect(try Self.play(.responses, text, pieces: 5, method: "HEAD") == ["200 none", "end"])
    }

    @Test(
        "an end inside a message is an error",
        arguments: ["HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel", "HTTP/1.1 20"]
    )
    func truncated(text: String) throws {
        var framer = HTTPMessageFramer(.responses)
        framer.append(ByteBuffer(string: text))
        while try framer.next() != nil {}
        #expect(throws: HTTPFramingError.truncated) { try framer.finish() }
    }

    @Test("a head with one line changed keeps every other byte")
    func edited() throws {
        let text =
            "GET http://h/x HTTP/1.1\r\nHOST:h\r\nx:  1 \r\nProxy-Authorization: Basic eA==\r\nAuthorization: a\r\n\r\n"
        var framer = HTTPMessageFramer(.requests)
        framer.append(ByteBuffer(string: text))
        guard case .head(let head, _) = try framer.next() else {
            Issue.record("no head")
            return
        }
        let edited = head.edited(
            target: "/x",
            dropping: ["proxy-authorization"],
            setting: [HTTPField("Authorization", "Bearer b"), HTTPField("X-New", "1")]
        )
        #expect(
            String(buffer: edited)
                == "GET /x HTTP/1.1\r\nHOST:h\r\nx:  1 \r\nAuthorization: Bearer b\r\nX-New: 1\r\n\r\n"
        )
        #expect(String(buffer: head.edited()) == text)
    }

    @Test(
        "whether a connection is kept",
        arguments: [
            ("1.1\r\n", true), ("1.1\r\nConnection: Close\r\n", false), ("1.0\r\n", false),
            ("1.0\r\nConnection: keep-alive\r\n", true), ("1.1\r\nConnection: upgrade, close\r\n", false),
        ]
    )
    func keeps(head: String, isKept: Bool) throws {
        var framer = HTTPMessageFramer(.requests)
        framer.append(ByteBuffer(string: "GET / HTTP/\(head)\r\n"))
        guard case .head(let head, _) = try framer.next() else {
            Issue.record("no head")
            return
        }
        #expect(head.keepsConnection == isKept)
    }
}
