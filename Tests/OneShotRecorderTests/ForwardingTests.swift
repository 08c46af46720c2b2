import Foundation
import NIOConcurrencyHelpers
import NIOCore
import OneShotCore
import OneShotStore
import OneShotWire
import Testing

@testable import OneShotRecorder

@Suite("Forwarding", .timeLimit(.minutes(1)))
struct ForwardingTests {
    @Test("a request through CONNECT reaches the origin byte for byte, and so does its answer")
    func bytesStayAsTheyAre() async throws {
        let answer =
            "HTTP/1.1 200 Fine Thanks\r\nX-Odd:  two  blanks \r\nset-COOKIE: a=b\r\nContent-Length: 11\r\n\r\n{\"a\":1.0 } "
        try await Bench.run(respond: { _ in [.send(answer)] }) { bench in
            let client = try await bench.client(runID: "run-1")
            try await client.send("GET /v1/models?x=1 HTTP/1.1\r\nHost: api.openai.com\r\nX-B:2\r\nx-a:  1\r\n\r\n")
            try await client.wait { $0.bytes.readableBytes == answer.utf8.count }
            #expect(client.now.text == answer)
            let head = try #require(bench.origin.requests.withLockedValue { $0.first?.head })
            let sent = "GET /v1/models?x=1 HTTP/1.1\r\nHost: localhost:\(bench.origin.port)\r\nX-B:2\r\nx-a:  1\r\n\r\n"
            #expect(String(buffer: head.bytes) == sent)

            let row = try #require(try await bench.rows(1) { $0.state == .complete }.first)
            #expect(row.url == "https://api.openai.com/v1/models?x=1")
            #expect(row.method == "GET")
            #expect(row.status == 200)
            #expect(row.sessionID == "run-1")
            #expect(row.responseJSON == "{\"a\":1.0 } ")
        }
    }

    @Test("plain HTTP is forwarded without what concerns only the proxy")
    func plainHTTP() async throws {
        let interception = Interception(hosts: ["localhost"])
        try await Bench.run(
            interception: interception,
            originHasTLS: false,
            respond: { _ in Answers.json("{}") }
        ) { bench in
            let client = try await TestClient.connect(port: bench.running.port)
            let credentials = Data("run-7:x".utf8).base64EncodedString()
            try await client.send(
                "GET http://localhost:\(bench.origin.port)/a?b HTTP/1.1\r\nHost: localhost:\(bench.origin.port)\r\n"
                    + "Proxy-Authorization: Basic \(credentials)\r\nProxy-Connection: keep-alive\r\n\r\n"
            )
            try await client.read(until: "{}")
            let head = try #require(bench.origin.requests.withLockedValue { $0.first?.head })
            #expect(head.target == "/a?b")
            #expect(head.fields.map(\.name) == ["Host"])
            let row = try #require(try await bench.rows(1) { $0.state == .complete }.first)
            #expect(row.sessionID == "run-7")
            #expect(!row.metaJSON.lowercased().contains("proxy-authorization"))
        }
    }

    @Test("one connection carries several requests, one after the other")
    func keepAlive() async throws {
        try await Bench.run(respond: { Answers.json("{\"path\":\"\($0.head.target)\"}") }) { bench in
            let client = try await bench.client()
            for index in 1...3 {
                client.forget()
                try await client.send(Answers.post("/v1/x\(index)", "{}"))
                try await client.read(until: "/v1/x\(index)")
            }
            client.forget()
            // Pipelined: both at once.
            try await client.send(Answers.post("/v1/y1", "{}") + Answers.post("/v1/y2", "{}"))
            try await client.read(until: "/v1/y2")
            try await bench.rows(5) { $0.state == .complete }
            #expect(await bench.running.status().connectionsTotal == 1)
        }
    }

    @Test("each event of a stream arrives when it is sent, and the row grows meanwhile")
    func streamIsNotBuffered() async throws {
        let gate = NIOLockedValueBox(false)
        try await Bench.run(
            respond: { _ in
                [
                    .send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"),
                    .send(Answers.chunk("data: one\n\n")), .hold(gate), .send(Answers.chunk("data: two\n\n")),
                    .wait(milliseconds: 20), .send("0\r\n\r\n"),
                ]
            }
        ) { bench in
            let client = try await bench.client()
            try await client.send(Answers.post("/v1/responses", "{}"))
            // The origin says no more until this has arrived, here and in the database.
            try await client.read(until: "data: one")
            let partial = try await bench.rows(1) { $0.responseJSON?.contains("data: one") ?? false }
            #expect(partial.first?.state == .inFlight)
            gate.withLockedValue { $0 = true }
            try await client.read(until: "0\r\n\r\n")
            let row = try #require(try await bench.rows(1) { $0.state == .complete }.first)
            #expect(row.responseJSON == #"{"_raw":"data: one\n\ndata: two\n\n"}"#)
            #expect(row.requestJSON == "{}")
        }
    }

    @Test("the recorder says no 100 Continue of its own, and a client that goes on without it gets its answer")
    func expectContinue() async throws {
        try await Bench.run(
            originHasTLS: false,
            respond: { request in Answers.json("{\"got\":\"\(request.body)\"}") }
        ) { bench in
            // This origin never says it; for one that does see the suite "Answers before the end of the request".
            let client = try await bench.client()
            try await client.send(
                "POST /v1/x HTTP/1.1\r\nHost: api.openai.com\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"
            )
            try await Task.sleep(for: .milliseconds(100))
            #expect(client.now.bytes.readableBytes == 0)
            try await client.send("hi")
            try await client.read(until: "\"hi\"")
        }
    }

    @Test("a large body passes both ways whole", arguments: [true, false])
    func largeBodies(isChunked: Bool) async throws {
        let size = 3 << 20
        try await Bench.run(
            respond: { request in
                let text = String(repeating: "y", count: size)
                return [
                    .send("HTTP/1.1 200 OK\r\nContent-Length: \(size)\r\nX-Got: \(request.body.utf8.count)\r\n\r\n"),
                    .send(text),
                ]
            }
        ) { bench in
            let client = try await bench.client()
            let text = String(repeating: "x", count: size)
            if isChunked {
                try await client.send("POST /v1/x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
                try await client.send(Answers.chunk(text) + "0\r\n\r\n")
            } else {
                try await client.send(Answers.post("/v1/x", text))
            }
            let received = try await client.wait { $0.bytes.readableBytes > size }
            #expect(received.text.contains("X-Got: \(size)\r\n"))
            let row = try #require(try await bench.rows(1) { $0.state == .complete }.first)
            #expect(row.requestJSON?.utf8.count == size)
        }
    }

    @Test("hosts that are not read are tunnelled, and counted")
    func tunnel() async throws {
        try await Bench.run(originHasTLS: false, respond: { _ in Answers.json("{}") }) { bench in
            let client = try await TestClient.connect(port: bench.running.port)
            try await client.send("CONNECT localhost:\(bench.origin.port) HTTP/1.1\r\n\r\n")
            try await client.read(until: "200 Connection established\r\n\r\n")
            let request = "GET /secret HTTP/1.1\r\nHost: x\r\n\r\n"
            try await client.send(request)
            try await client.read(until: "{}")
            try await client.close()
            let row = try #require(try await bench.rows(1) { $0.state == .tunnelled }.first)
            let meta = try JSON(parsing: row.metaJSON)
            #expect(meta["bytes_sent"]?.int == request.utf8.count)
            #expect(meta["bytes_received"]?.int ?? 0 > 10)
            #expect(row.responseJSON == nil)
        }
    }

    @Test("a recorder that refuses other hosts lets no CONNECT and no plain request through")
    func refusesOthers() async throws {
        let interception = Interception(hosts: [], others: .refuse)
        try await Bench.run(interception: interception, respond: { _ in Answers.json("{}") }) { bench in
            let client = try await TestClient.connect(port: bench.running.port)
            try await client.send("CONNECT localhost:\(bench.origin.port) HTTP/1.1\r\n\r\n")
            try await client.read(until: "HTTP/1.1 403 ")
            let other = try await TestClient.connect(port: bench.running.port)
            try await other.send("GET http://localhost:\(bench.origin.port)/ HTTP/1.1\r\nHost: x\r\n\r\n")
            try await other.read(until: "HTTP/1.1 403 ")
            let known = try await bench.client()
            try await known.send(Answers.post("/v1/responses", "{}"))
            try await known.read(until: "HTTP/1.1 200 ")
            try await bench.rows(2) { $0.state == .refused }
        }
    }
}
