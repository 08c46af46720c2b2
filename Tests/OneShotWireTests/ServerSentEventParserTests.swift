import NIOCore
import OneShotWire
import Testing

@Suite("Server-sent events")
struct ServerSentEventParserTests {
    static func parse(_ text: String, pieces size: Int) -> [ServerSentEvent] {
        var parser = ServerSentEventParser()
        return Cutting.pieces(text, of: size).flatMap { parser.feed($0.readableBytesView) }
    }

    @Test(
        "streams of the standard's examples and beyond",
        arguments: [
            ("data: a\n\n", [ServerSentEvent(data: "a")]),
            ("data: YHOO\ndata: +2\ndata: 10\n\n", [ServerSentEvent(data: "YHOO\n+2\n10")]),
            (
                ": test\n\ndata: first\nid: 1\n\ndata:second\nid\n\ndata:  third\n",
                [ServerSentEvent(data: "first", id: "1"), ServerSentEvent(data: "second")]
            ),
            ("data\n\ndata\ndata\n\ndata:", [ServerSentEvent(data: ""), ServerSentEvent(data: "\n")]),
            ("data:test\n\ndata: test\n\n", [ServerSentEvent(data: "test"), ServerSentEvent(data: "test")]),
            ("event: add\r\ndata: 1\r\n\r\n", [ServerSentEvent(type: "add", data: "1")]),
            (
                "event: add\rdata: 1\r\rdata: 2\r\r",
                [ServerSentEvent(type: "add", data: "1"), ServerSentEvent(data: "2")]
            ),
            ("\u{FEFF}data: bom\n\n", [ServerSentEvent(data: "bom")]),
            ("event: lost\n\ndata: x\n\n", [ServerSentEvent(data: "x")]),
            ("unknown: 1\ndata: {\"a\": \"ü\"}\nnonsense\n\n", [ServerSentEvent(data: "{\"a\": \"ü\"}")]),
            ("data: a\r\n\ndata: b\n\r\n", [ServerSentEvent(data: "a"), ServerSentEvent(data: "b")]),
            ("id: 7\nid: a\u{0}b\ndata: x\n\n", [ServerSentEvent(data: "x", id: "7")]),
        ]
    )
    func events(text: String, expected: [ServerSentEvent]) {
        for size in Cutting.sizes { #expect(Self.parse(text, pieces: size) == expected, "in pieces of \(size)") }
    }

    @Test("the reconnection time is a number or nothing")
    func retry() {
        var parser = ServerSentEventParser()
        _ = parser.feed("retry: 100\nretry: 2x\nretry:\n".utf8)
        #expect(parser.reconnectionTimeMs == 100)
    }
}
