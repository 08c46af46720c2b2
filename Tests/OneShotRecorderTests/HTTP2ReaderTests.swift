import NIOCore
import NIOHPACK
import OneShotWire
import Testing

@testable import OneShotRecorder

@Suite("HTTP/2 messages")
struct HTTP2ReaderTests {
    static let head: [(String, String)] = [
        (":method", "POST"), (":path", "/v1/x?y"), (":scheme", "https"), (":authority", "a.example"),
    ]

    static func request(_ more: [(String, String)] = [], dropping name: String? = nil) -> HPACKHeaders {
        HPACKHeaders(head.filter { $0.0 != name } + more)
    }

    @Test("a request is its head, its pieces, its trailers and an end")
    func request() throws {
        var reader = HTTP2MessageReader(.requests)
        try reader.receive(Self.request([("b", "2"), ("a", "1"), ("b", "3")]), endStream: false)
        try reader.receive(ByteBuffer(string: "one"), endStream: false)
        try reader.receive(ByteBuffer(), endStream: false)
        try reader.receive(ByteBuffer(string: "two"), endStream: false)
        #expect(reader.bufferedBytes == 6)
        try reader.receive(["grpc-status": "0"], endStream: true)
        guard case .request(let request) = reader.next() else {
            Issue.record("no head")
            return
        }
        #expect(request.head.method == "POST")
        #expect(request.head.target == "/v1/x?y")
        #expect(request.head.fields == [HTTPField("b", "2"), HTTPField("a", "1"), HTTPField("b", "3")])
        #expect(request.head.version == "HTTP/2")
        #expect(request.authority == "a.example")
        #expect(request.hasBody)
        guard case .data(let one) = reader.next(), case .data(let two) = reader.next(),
            case .trailers(let fields, _) = reader.next(), case .end = reader.next()
        else {
            Issue.record("not these events")
            return
        }
        #expect(String(buffer: one) + String(buffer: two) == "onetwo")
        #expect(fields == [HTTPField("grpc-status", "0")])
        #expect(reader.next() == nil)
        #expect(reader.bufferedBytes == 0)
    }

    @Test(
        "heads that could become another request are refused",
        arguments: [
            ([("a\r\nb", "1")], nil), ([("a:b", "1")], nil), ([("", "1")], nil), ([("A", "1")], nil),
            ([("a b", "1")], nil), ([("a", "1\r\nx: y")], nil), ([("a", "1\n")], nil), ([("a", "\u{0}")], nil),
            ([("transfer-encoding", "chunked")], nil), ([("connection", "close")], nil), ([("upgrade", "h2c")], nil),
            ([("te", "gzip")], nil), ([("content-length", "1"), ("content-length", "2")], nil),
            ([("content-length", "+1")], nil), ([("content-length", "1, 1")], nil), ([("host", "b.example")], nil),
            ([("a", "1"), (":path", "/z")], nil), ([(":path", "/z")], nil), ([(":status", "200")], nil),
            ([(":protocol", "websocket")], nil), ([], ":path"), ([], ":method"), ([], ":scheme"),
            ([(":path", "/a b")], ":path"), ([(":path", "/a\r\nx: y")], ":path"), ([(":path", "http://b/")], ":path"),
            ([(":path", "")], ":path"), ([(":method", "GET / HTTP/1.1\r\nx:")], ":method"),
            ([(":method", "CONNECT")], ":method"), ([(":authority", "a@b")], ":authority"),
            ([(":authority", "a\r\nx: y")], ":authority"), ([(":scheme", "file")], ":scheme"),
        ] as [([(String, String)], String?)]
    )
    func refused(more: [(String, String)], dropping: String?) {
        var reader = HTTP2MessageReader(.requests)
        #expect(throws: HTTP2MessageError.self) {
            try reader.receive(Self.request(more, dropping: dropping), endStream: true)
        }
    }

    @Test("frames that come where they cannot be are refused")
    func misplaced() throws {
        var early = HTTP2MessageReader(.requests)
        #expect(throws: HTTP2MessageError.misplacedFrame) {
            try early.receive(ByteBuffer(string: "a"), endStream: false)
        }
        var twice = HTTP2MessageReader(.requests)
        try twice.receive(Self.request(), endStream: false)
        #expect(throws: HTTP2MessageError.misplacedFrame) { try twice.receive(["a": "b"], endStream: false) }
        var late = HTTP2MessageReader(.responses)
        try late.receive([":status": "200"], endStream: true)
        #expect(throws: HTTP2MessageError.misplacedFrame) {
            try late.receive(ByteBuffer(string: "a"), endStream: false)
        }
        var switching = HTTP2MessageReader(.responses)
        #expect(throws: HTTP2MessageError.self) { try switching.receive([":status": "101"], endStream: false) }
        var ending = HTTP2MessageReader(.responses)
        #expect(throws: HTTP2MessageError.self) { try ending.receive([":status": "103"], endStream: true) }
        var pseudo = HTTP2MessageReader(.responses)
        try pseudo.receive([":status": "200"], endStream: false)
        #expect(throws: HTTP2MessageError.self) { try pseudo.receive([":status": "200"], endStream: true) }
    }

    @Test("announcements come before the answer")
    func announcements() throws {
        var reader = HTTP2MessageReader(.responses)
        try reader.receive([":status": "100"], endStream: false)
        try reader.receive([":status": "103", "link": "</a>"], endStream: false)
        try reader.receive([":status": "204"], endStream: true)
        var statuses: [Int] = []
        while let event = reader.next() {
            if case .response(let head, _) = event { statuses.append(head.status) }
        }
        #expect(statuses == [100, 103, 204])
    }

    @Test("a request goes on with its order and with only what is to change changed")
    func edited() throws {
        let headers = Self.request([("a", "1"), ("authorization", "Bearer mine"), ("te", "trailers"), ("b", "2")])
        let request = try HTTP2Request(headers, endStream: true)
        #expect(request.edited(dropping: ["proxy-authorization"], setting: []) == headers)
        let edited = request.edited(dropping: ["a"], setting: [HTTPField("Authorization", "Bearer other")])
        #expect(
            edited.map { "\($0.name)=\($0.value)" } == [
                ":method=POST", ":path=/v1/x?y", ":scheme=https", ":authority=a.example", "authorization=Bearer other",
                "te=trailers", "b=2",
            ]
        )
    }

    @Test("a request becomes HTTP/1.1 with one Host, one Cookie, and a length that is certain")
    func http1() throws {
        let headers = Self.request([("cookie", "a=1"), ("x", "1"), ("cookie", "b=2"), ("te", "trailers")])
        let request = try HTTP2Request(headers, endStream: false)
        #expect(
            String(buffer: request.http1(target: "/p/v1/x", dropping: [], setting: [HTTPField("X-Api-Key", "k")]))
                == "POST /p/v1/x HTTP/1.1\r\nhost: a.example\r\ncookie: a=1; b=2\r\nx: 1\r\nX-Api-Key: k\r\n"
                + "transfer-encoding: chunked\r\n\r\n"
        )
        let known = try HTTP2Request(Self.request([("content-length", "3"), ("host", "a.example")]), endStream: false)
        #expect(
            String(buffer: known.http1(target: "/", dropping: [], setting: []))
                == "POST / HTTP/1.1\r\nhost: a.example\r\ncontent-length: 3\r\n\r\n"
        )
    }

    @Test("an answer over HTTP/1.1 loses what concerned its connection only")
    func fromHTTP1() throws {
        var framer = HTTPMessageFramer(.responses)
        framer.append(
            ByteBuffer(
                string: "HTTP/1.1 200 OK\r\nConnection: X-Hop, close\r\nX-Hop: 1\r\nContent-Type: a/b\r\n"
                    + "Transfer-Encoding: chunked\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n\r\n"
            )
        )
        guard case .head(let head, _) = try framer.next() else {
            Issue.record("no head")
            return
        }
        #expect(
            HTTP2Response.headers(head).map { "\($0.name)=\($0.value)" }
                == [":status=200", "content-type=a/b", "set-cookie=a=1", "set-cookie=b=2"]
        )
    }

    @Test("what an origin speaks is remembered for a while")
    func memory() {
        let memory = ProtocolMemory()
        let origin = Origin(isTLS: true, host: "a", port: 443)
        #expect(memory.known(of: origin) == nil)
        memory.note(.http2, of: origin)
        #expect(memory.known(of: origin) == .http2)
        #expect(memory.known(of: origin, now: .now() + .hours(1)) == nil)
        #expect(memory.known(of: Origin(isTLS: true, host: "a", port: 444)) == nil)
    }
}
