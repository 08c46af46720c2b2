import Foundation
import NIOConcurrencyHelpers
import NIOCore
import NIOHPACK
import NIOHTTP2
import OneShotCore
import OneShotStore
import OneShotWire
import Testing

@testable import OneShotRecorder

@Suite("HTTP/2", .timeLimit(.minutes(2)))
struct HTTP2Tests {
    @Test("a request reaches the origin as it was sent, and is recorded")
    func exchange() async throws {
        let answer: HPACKHeaders = [":status": "201", "x-b": "2", "set-cookie": "a=1", "x-a": "1"]
        try await HTTP2Bench.run(respond: { _ in [.head(answer), .text("{\"a\":1}"), .end] }) { bench in
            let client = try await bench.client(runID: "run-1")
            var headers = HTTP2TestClient.head("POST", "/v1/x?y=1")
            headers.add(contentsOf: [("x-z", "1"), ("cookie", "a=1"), ("x-y", "2"), ("cookie", "b=2")])
            headers.add(name: "te", value: "trailers")
            let stream = try await client.open(headers, ends: false)
            try await stream.send("{\"q\":")
            try await stream.send("2}", ends: true)
            let received = try await stream.wait { $0.hasEnded }
            #expect(received.heads == [answer])
            #expect(received.text == "{\"a\":1}")

            let request = try #require(bench.origin.requests.withLockedValue { $0.first })
            #expect(request.headers.map { "\($0.name): \($0.value)" } == headers.map { "\($0.name): \($0.value)" })
            #expect(String(buffer: request.body) == "{\"q\":2}")

            let row = try #require(try await bench.rows(1) { $0.state == .complete }.first)
            #expect(row.url == "https://localhost:\(bench.origin.port)/v1/x?y=1")
            #expect(row.method == "POST")
            #expect(row.status == 201)
            #expect(row.sessionID == "run-1")
            #expect(row.requestJSON == "{\"q\":2}")
            #expect(row.responseJSON == "{\"a\":1}")
            let meta = try JSON(parsing: row.metaJSON)
            #expect(meta["http_version"]?.string == "HTTP/2")
            #expect(!row.metaJSON.contains(":path"))
            #expect(!row.metaJSON.contains("b=2"))
        }
    }

    @Test("an answer without a body ends with its head")
    func noBody() async throws {
        try await HTTP2Bench.run(respond: { _ in [.only([":status": "204", "x": "y"])] }) { bench in
            let client = try await bench.client()
            for method in ["GET", "HEAD", "DELETE"] {
                let stream = try await client.open(HTTP2TestClient.head(method, "/"))
                let received = try await stream.wait { $0.hasEnded }
                #expect(received.endedWithHead)
                #expect(received.status == "204")
            }
            #expect(bench.origin.requests.withLockedValue { $0.allSatisfy(\.hasEnded) })
            try await bench.rows(3) { $0.state == .complete && $0.status == 204 }
        }
    }

    @Test("an answer to HEAD keeps its length")
    func head() async throws {
        try await HTTP2Bench.run(respond: { _ in [.only([":status": "200", "content-length": "5000"])] }) { bench in
            let client = try await bench.client()
            let stream = try await client.open(HTTP2TestClient.head("HEAD", "/"))
            let received = try await stream.wait { $0.hasEnded }
            #expect(received.heads == [[":status": "200", "content-length": "5000"]])
        }
    }

    @Test("trailers pass both ways and are recorded")
    func trailers() async throws {
        try await HTTP2Bench.run(
            respond: { _ in
                [
                    .ok("application/grpc"), .text("\u{0}\u{0}"),
                    .trailers(["grpc-status": "0", "grpc-message": "fine"]),
                ]
            }
        ) { bench in
            let client = try await bench.client()
            let stream = try await client.open(HTTP2TestClient.head("POST", "/a.B/C"), ends: false)
            try await stream.send("body")
            try await stream.send(.headers(.init(headers: ["x-sum": "7"], endStream: true)))
            let received = try await stream.wait { $0.hasEnded }
            #expect(received.heads.last == ["grpc-status": "0", "grpc-message": "fine"])
            #expect(received.endedWithHead)
            #expect(bench.origin.requests.withLockedValue { $0.first?.trailers } == ["x-sum": "7"])
            let row = try #require(try await bench.rows(1) { $0.state == .complete }.first)
            #expect(row.metaJSON.contains("grpc-status"))
            #expect(row.metaJSON.contains("x-sum"))
        }
    }

    @Test("announcements pass before the answer")
    func announcements() async throws {
        try await HTTP2Bench.run(
            answersEarly: true,
            respond: { _ in
                [.head([":status": "100"]), .head([":status": "103", "link": "</a>"])] + HTTP2Origin.Step.json("{}")
            }
        ) { bench in
            let client = try await bench.client()
            var headers = HTTP2TestClient.head("POST", "/v1/x")
            headers.add(name: "expect", value: "100-continue")
            let stream = try await client.open(headers, ends: false)
            try await stream.wait { $0.heads.first == [":status": "100"] }
            try await stream.send("{}", ends: true)
            let received = try await stream.wait { $0.hasEnded }
            #expect(received.heads.compactMap { $0.first(name: ":status") } == ["100", "103", "200"])
            let row = try #require(try await bench.rows(1) { $0.state == .complete }.first)
            #expect(row.status == 200)
        }
    }

    @Test("an answer that is complete before its request ends does not end the request")
    func earlyAnswer() async throws {
        try await HTTP2Bench.run(answersEarly: true, respond: { _ in HTTP2Origin.Step.json("{\"early\":1}") }) {
            bench in
            let client = try await bench.client()
            let stream = try await client.open(HTTP2TestClient.head("POST", "/v1/x"), ends: false)
            try await stream.send("one")
            try await stream.wait { $0.hasEnded && $0.text == "{\"early\":1}" }
            try await stream.send("two", ends: true)
            try await bench.origin.requests.wait { $0.first?.hasEnded == true }
            #expect(bench.origin.requests.withLockedValue { $0.first.map { String(buffer: $0.body) } } == "onetwo")
            let row = try #require(try await bench.rows(1) { $0.state == .complete }.first)
            #expect(row.requestJSON?.contains("onetwo") == true)
        }
    }

    @Test("each event of a stream arrives when it is sent")
    func streamIsNotBuffered() async throws {
        let gate = NIOLockedValueBox(false)
        try await HTTP2Bench.run(
            respond: { _ in
                [.ok("text/event-stream"), .text("data: one\n\n"), .hold(gate), .text("data: two\n\n"), .end]
            }
        ) { bench in
            let client = try await bench.client()
            let stream = try await client.post("/v1/responses", "{}")
            try await stream.wait { $0.text == "data: one\n\n" }
            let partial = try await bench.rows(1) { $0.responseJSON?.contains("data: one") ?? false }
            #expect(partial.first?.state == .inFlight)
            gate.withLockedValue { $0 = true }
            try await stream.wait { $0.hasEnded && $0.text == "data: one\n\ndata: two\n\n" }
            let row = try #require(try await bench.rows(1) { $0.state == .complete }.first)
            #expect(row.responseJSON == #"{"_raw":"data: one\n\ndata: two\n\n"}"#)
        }
    }

    @Test("twenty streams share one connection, and each gets its own answer")
    func parallel() async throws {
        let gate = NIOLockedValueBox(false)
        try await HTTP2Bench.run(
            respond: { [.ok(), .text("{\"path\":"), .hold(gate), .text("\"\($0.path)\"}"), .end] }
        ) { bench in
            let client = try await bench.client()
            var streams: [HTTP2TestClient.Stream] = []
            for index in 0..<20 { streams.append(try await client.post("/v1/x\(index)", "{\"n\":\(index)}")) }
            for stream in streams { try await stream.wait { $0.text == "{\"path\":" } }
            gate.withLockedValue { $0 = true }
            for (index, stream) in streams.enumerated() {
                try await stream.wait { $0.hasEnded && $0.text == "{\"path\":\"/v1/x\(index)\"}" }
            }
            let rows = try await bench.rows(20) { $0.state == .complete }
            #expect(Set(rows.map(\.url)).count == 20)
            #expect(rows.allSatisfy { $0.requestJSON == "{\"n\":\($0.url.split(separator: "x").last ?? "")}" })
            #expect(bench.origin.connections.withLockedValue { $0 } == 1)
            #expect(await bench.running.status().connectionsTotal == 1)
        }
    }

    @Test("large bodies pass both ways whole, several at once")
    func large() async throws {
        let size = 3 << 20
        let text = String(repeating: "y", count: size)
        try await HTTP2Bench.run(
            respond: { [.head([":status": "200", "x-got": "\($0.body.readableBytes)"]), .text(text), .end] }
        ) { bench in
            let client = try await bench.client()
            var streams: [HTTP2TestClient.Stream] = []
            for index in 0..<3 {
                let stream = try await client.open(HTTP2TestClient.head("POST", "/v1/x\(index)"), ends: false)
                stream.start(text)
                streams.append(stream)
            }
            for stream in streams {
                let received = try await stream.wait { $0.hasEnded }
                #expect(received.body.readableBytes == size)
                #expect(received.heads.first?.first(name: "x-got") == "\(size)")
            }
            let rows = try await bench.rows(3) { $0.state == .complete }
            #expect(rows.allSatisfy { $0.requestJSON?.utf8.count == size })
        }
    }

    @Test("an answer that nobody reads holds the upstream back")
    func backPressure() async throws {
        let piece = ByteBuffer(repeating: UInt8(ascii: "a"), count: 64 << 10)
        let total = 512 * piece.readableBytes
        try await HTTP2Bench.run(
            respond: { _ in [.ok("text/plain")] + Array(repeating: .data(piece), count: 512) + [.end] }
        ) { bench in
            let client = try await bench.client()
            let stream = try await client.get("/big")
            try await stream.channel.setOption(.autoRead, value: false).get()
            try await stream.wait { !$0.heads.isEmpty }
            // What is recorded is what passed: it comes to a stop far from the end.
            var last = -1
            while true {
                try await Task.sleep(for: .seconds(1))
                let meta = try await bench.rows(1).first.map { try JSON(parsing: $0.metaJSON) }
                let bytes = meta?["response_bytes"]?.int ?? 0
                if bytes == last { break }
                last = bytes
            }
            #expect(last < total / 4)
            try await stream.channel.setOption(.autoRead, value: true).get()
            stream.channel.read()
            try await stream.wait { $0.hasEnded && $0.body.readableBytes == total }
        }
    }
}
