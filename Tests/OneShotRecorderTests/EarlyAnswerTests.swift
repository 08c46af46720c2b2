import Foundation
import NIOConcurrencyHelpers
import NIOCore
import OneShotCore
import OneShotStore
import Testing

@testable import OneShotRecorder

@Suite("Answers before the end of the request", .timeLimit(.minutes(1)))
struct EarlyAnswerTests {
    /// A recorder with an origin that speaks no protocol in the place of the API.
    private func run(
        _ origin: RawOrigin,
        isolation: isolated (any Actor)? = #isolation,
        _ body: (Bench) async throws -> Void
    ) async throws {
        let url = try #require(URL(string: "http://localhost:\(origin.port)"))
        try await Bench.run(
            configure: { configuration, _ in configuration.upstreams = [Bench.host: url] },
            respond: { _ in [] },
            body
        )
    }

    @Test(
        "the origin's 100 Continue is passed on before there is a body, and the answer follows",
        arguments: [("Content-Length: 4", "body"), ("Transfer-Encoding: chunked", "4\r\nbody\r\n0\r\n\r\n")]
    )
    func announced(framing: String, body: String) async throws {
        let announcement = "HTTP/1.1 100 Continue\r\nX-Note: go on\r\n\r\n"
        let answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
        try await RawOrigin.run(
            answer: { $0.hasSuffix("\r\n\r\n" + body) ? answer : announcement }
        ) { origin in
            try await run(origin) { bench in
                let client = try await bench.client()
                try await client.send(
                    "POST /v1/x HTTP/1.1\r\nHost: api.openai.com\r\nExpect: 100-continue\r\n\(framing)\r\n\r\n"
                )
                try await client.read(until: announcement)
                #expect(client.now.text == announcement)
                try await client.send(body)
                try await client.read(until: "{}")
                #expect(client.now.text == announcement + answer)
                let row = try #require(try await bench.rows(1) { $0.state == .complete }.first)
                #expect(row.status == 200)
                #expect(row.requestJSON == "body")
            }
        }
    }

    @Test(
        "a final answer to half an upload is passed on; the rest goes where the first half went, then the next request"
    )
    func connectionKept() async throws {
        let refusal = "HTTP/1.1 413 Content Too Large\r\nContent-Length: 4\r\n\r\nmuch"
        try await RawOrigin.run(
            answer: { all in
                if all.hasSuffix("half") { return refusal }
                return all.contains("GET /next ") && all.hasSuffix("\r\n\r\n")
                    ? "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}" : nil
            }
        ) { origin in
            try await run(origin) { bench in
                let client = try await bench.client()
                try await client.send("POST /v1/x HTTP/1.1\r\nHost: api.openai.com\r\nContent-Length: 10\r\n\r\nhalf")
                try await client.read(until: "much")
                #expect(client.now.text == refusal)
                try await client.send("-other")
                client.forget()
                try await client.send("GET /next HTTP/1.1\r\nHost: api.openai.com\r\n\r\n")
                try await client.read(until: "{}")
                let sent = String(buffer: origin.received.withLockedValue { $0 })
                #expect(sent.contains("\r\n\r\nhalf-otherGET /next "))
                let rows = try await bench.rows(2) { $0.state == .complete }
                #expect(rows.map(\.status) == [413, 200])
                #expect(rows.first?.requestJSON == "half-other")
            }
        }
    }

    @Test(
        "an origin that refuses half an upload and leaves: the client gets all of its answer, then the end",
        arguments: ["Connection: close\r\n", ""]
    )
    func originLeaves(field: String) async throws {
        let refusal = "HTTP/1.1 413 Content Too Large\r\n\(field)Content-Length: 4\r\n\r\nmuch"
        try await RawOrigin.run(closes: true, answer: { $0.hasSuffix("half") ? refusal : nil }) { origin in
            try await run(origin) { bench in
                let client = try await bench.client()
                let head = "POST /v1/x HTTP/1.1\r\nHost: api.openai.com\r\nContent-Length: 5000000\r\n\r\n"
                try await client.send(head + "half")
                try await client.read(until: "much")
                // What it still sends is taken for a moment, or the connection is over by then.
                try? await client.send(String(repeating: "x", count: 1 << 20))
                #expect(try await client.readToEnd() == refusal)
                let row = try #require(try await bench.rows(1) { $0.endedAtMs != nil }.first)
                #expect(row.status == 413)
                #expect(row.state == .complete)
                #expect(row.responseJSON == #"{"_raw":"much"}"#)
            }
        }
    }

    @Test("an upgrade to another protocol than WebSocket is passed through in both directions, and counted")
    func otherUpgrade() async throws {
        let answer = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: chess\r\nConnection: Upgrade\r\n\r\nwelcome"
        try await RawOrigin.run(
            answer: { all in
                if all.hasSuffix("e2e4 GET / HTTP\r\n") { return "\u{0}\u{1} e7e5" }
                return all.hasSuffix("\r\n\r\n") ? answer : nil
            }
        ) { origin in
            try await run(origin) { bench in
                let client = try await bench.client()
                try await client.send(
                    "GET /v1/x HTTP/1.1\r\nHost: api.openai.com\r\nUpgrade: chess\r\nConnection: Upgrade\r\n\r\nearly"
                )
                try await client.read(until: "welcome")
                #expect(client.now.text == answer)
                client.forget()
                try await client.send("e2e4 GET / HTTP\r\n")
                try await client.read(until: "e7e5")
                #expect(client.now.text == "\u{0}\u{1} e7e5")
                // What was sent before the answer waited for it: it might have been another request.
                let sent = String(buffer: origin.received.withLockedValue { $0 })
                #expect(sent.hasSuffix("\r\n\r\nearlye2e4 GET / HTTP\r\n"))
                try await client.close()
                let row = try #require(try await bench.rows(1) { $0.endedAtMs != nil }.first)
                #expect(row.status == 101)
                #expect(row.state == .tunnelled)
                #expect(row.url == "https://api.openai.com/v1/x")
            }
        }
    }

    @Test("trailers of chunked bodies pass both ways as they came, and are recorded without their secrets")
    func trailers() async throws {
        let sent = "4\r\nbody\r\n0\r\nX-Sum: 7\r\nX-Api-Key: sk-in-a-trailer-1234567890\r\n\r\n"
        let answer =
            "HTTP/1.1 200 OK\r\nTrailer: Grpc-Status\r\nTransfer-Encoding: chunked\r\n\r\n2;a=b\r\n{}\r\n"
            + "000\r\ngrpc-status: 0\r\n\r\n"
        try await RawOrigin.run(answer: { $0.hasSuffix(sent) ? answer : nil }) { origin in
            try await run(origin) { bench in
                let client = try await bench.client()
                let head = "POST /v1/x HTTP/1.1\r\nHost: api.openai.com\r\nTransfer-Encoding: chunked\r\n\r\n"
                try await client.send(head + sent)
                try await client.read(until: "grpc-status: 0\r\n\r\n")
                #expect(client.now.text == answer)
                #expect(String(buffer: origin.received.withLockedValue { $0 }).hasSuffix("\r\n\r\n" + sent))
                let row = try #require(try await bench.rows(1) { $0.state == .complete }.first)
                #expect(row.metaJSON.contains("grpc-status"))
                #expect(row.metaJSON.contains("X-Sum"))
                #expect(!row.metaJSON.contains("sk-in-a-trailer"))
                // The next request has none of them.
                #expect(row.responseJSON == "{}")
            }
        }
    }
}
