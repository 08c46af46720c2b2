import Foundation
import NIOConcurrencyHelpers
import NIOCore
import OneShotCore
import OneShotStore
import OneShotTesting
import OneShotWire
import Testing

@testable import OneShotRecorder

@Suite("Early upstream", .timeLimit(.minutes(1)))
struct EarlyUpstreamTests {
    @Test("the upstream is connected to before there is a request, and that connection carries it")
    func connectsEarly() async throws {
        try await Bench.run(respond: { _ in Answers.json("{}") }) { bench in
            let client = try await bench.client()
            try await bench.origin.connections.wait { $0.made == 1 }
            #expect(bench.origin.requests.withLockedValue { $0.isEmpty })
            try await client.send(Answers.post("/v1/responses", "{}"))
            try await client.read(until: "{}")
            #expect(bench.origin.connections.withLockedValue { $0.made } == 1)
        }
    }

    @Test("a connection that nothing needed is closed with its client, and leaves no row")
    func unneeded() async throws {
        try await Bench.run(respond: { _ in Answers.json("{}") }) { bench in
            let client = try await bench.client()
            try await bench.origin.connections.wait { $0.open == 1 }
            try await client.close()
            try await bench.origin.connections.wait { $0.open == 0 }
            #expect(try await bench.rows(0).isEmpty)
        }
    }

    @Test("a failure is told to the request that needed the connection, and the next request tries again")
    func failure() async throws {
        try await Self.bench(upstream: "http://127.0.0.1:1") { running, client, store in
            try await Task.sleep(for: .milliseconds(50))
            #expect(client.now.bytes.readableBytes == 0)
            for _ in 1...2 {
                client.forget()
                try await client.send(Answers.post("/v1/responses", "{}"))
                let text = try await client.read(until: "cannot reach 127.0.0.1:1: connection refused")
                #expect(text.hasPrefix("HTTP/1.1 502 "))
            }
            _ = (running, store)
        }
    }

    @Test("a refused call needs no upstream", arguments: ["http://127.0.0.1:1"])
    func refusedCall(upstream: String) async throws {
        try await Self.bench(upstream: upstream, budget: Budget(requests: 0)) { _, client, _ in
            try await client.send(Answers.post("/v1/responses", "{}"))
            let text = try await client.read(until: "budget")
            #expect(text.hasPrefix("HTTP/1.1 400 "))
        }
    }

    @Test("HTTP without TLS inside a CONNECT is read")
    func plainInside() async throws {
        try await Bench.run(originHasTLS: false, respond: { _ in Answers.json("{\"a\":1}") }) { bench in
            let client = try await TestClient.connect(port: bench.running.port)
            try await client.send("CONNECT api.openai.com:80 HTTP/1.1\r\n\r\n")
            try await client.read(until: "\r\n\r\n")
            try await client.send(Answers.post("/v1/x", "{}"))
            try await client.read(until: "{\"a\":1}")
            let row = try #require(try await bench.rows(1) { $0.state == .complete }.first)
            #expect(row.url == "http://api.openai.com/v1/x")
            #expect(bench.origin.connections.withLockedValue { $0.made } == 1)
        }
    }

    @Test("a WebSocket without TLS inside a CONNECT is read")
    func plainWebSocketInside() async throws {
        try await Bench.run(
            originHasTLS: false,
            respond: { _ in [.webSocket(deflate: false) { _ in [Answers.completed()] }] }
        ) { bench in
            let client = try await TestClient.connect(port: bench.running.port)
            try await client.send("CONNECT api.openai.com:80 HTTP/1.1\r\n\r\n" + WebSocketTests.upgrade)
            try await client.read(until: "101 Switching Protocols")
            try await client.send(WebSocketFrameHeader.textFrame(#"{"type":"response.create"}"#, mask: 7))
            let row = try #require(
                try await bench.rows(1) { $0.method == "WEBSOCKET" && $0.state == .complete }.first
            )
            #expect(row.url == "ws://api.openai.com/v1/responses")
        }
    }

    @Test("other bytes inside a CONNECT go through untouched, and are counted")
    func otherBytes() async throws {
        try await RawOrigin.run(answer: { $0.hasSuffix("\u{0}end") ? "\u{0}answer" : nil }) { origin in
            try await Self.raw(origin) { client, database in
                try await client.send("\u{0}\u{1}begin")
                try await client.send("\u{0}end")
                try await client.read(until: "\u{0}answer")
                #expect(origin.received.withLockedValue { String(buffer: $0) } == "\u{0}\u{1}begin\u{0}end")
                try await client.close()
                let row = try await Self.tunnelled(database)
                let meta = try JSON(parsing: row.metaJSON)
                #expect(meta["bytes_sent"]?.int == 11)
                #expect(meta["bytes_received"]?.int == 7)
            }
        }
    }

    @Test("an upstream that speaks first is let through too")
    func upstreamSpeaksFirst() async throws {
        try await RawOrigin.run(greeting: "220 hello\r\n", answer: { $0 == "EHLO\r\n" ? "250 ok\r\n" : nil }) {
            origin in
            try await Self.raw(origin) { client, database in
                try await client.read(until: "220 hello\r\n")
                try await client.send("EHLO\r\n")
                try await client.read(until: "250 ok\r\n")
                try await client.close()
                let meta = try JSON(parsing: try await Self.tunnelled(database).metaJSON)
                #expect(meta["bytes_sent"]?.int == 6)
                #expect(meta["bytes_received"]?.int == 19)
            }
        }
    }

    @Test("where calls have a budget, bytes that cannot be read are not let through")
    func otherBytesWithBudget() async throws {
        try await RawOrigin.run(answer: { _ in "answer" }) { origin in
            try await Self.raw(origin, budget: Budget(tokens: 1)) { client, _ in
                try await client.send("\u{0}\u{1}begin")
                try await client.readToEnd()
                #expect(client.now.text.contains("only TLS and HTTP"))
                #expect(origin.received.withLockedValue { $0.readableBytes } == 0)
            }
        }
    }
}

extension EarlyUpstreamTests {
    /// A client inside TLS whose host leads to `upstream`.
    private static func bench(
        upstream: String,
        budget: Budget? = nil,
        _ body: @escaping (RunningRecorder, TestClient, URL) async throws -> Void
    ) async throws {
        try await withTemporaryDirectory { directory in
            let authority = try CertificateAuthority.loadOrCreate(directory: directory.appendingPathComponent("ca"))
            let configuration = RecorderConfiguration(
                listeners: [.tcp(host: "127.0.0.1", port: 0)],
                database: directory.appendingPathComponent("raw.sqlite3"),
                authority: authority,
                upstreams: [Bench.host: try #require(URL(string: upstream))],
                budget: budget
            )
            try await Recorder.run(configuration) { running in
                let client = try await TestClient.connect(through: running, to: Bench.host, trusting: authority)
                try await body(running, client, configuration.database)
            }
        }
    }

    /// A client that has a CONNECT to the origin, which is read.
    private static func raw(
        _ origin: RawOrigin,
        budget: Budget? = nil,
        _ body: (TestClient, URL) async throws -> Void
    ) async throws {
        try await withTemporaryDirectory { directory in
            let configuration = RecorderConfiguration(
                listeners: [.tcp(host: "127.0.0.1", port: 0)],
                database: directory.appendingPathComponent("raw.sqlite3"),
                authority: try CertificateAuthority.loadOrCreate(directory: directory.appendingPathComponent("ca")),
                budget: budget,
                interception: Interception(hosts: ["127.0.0.1"])
            )
            try await Recorder.run(configuration) { running in
                let client = try await TestClient.connect(port: running.port)
                try await client.send("CONNECT 127.0.0.1:\(origin.port) HTTP/1.1\r\n\r\n")
                try await client.read(until: "established\r\n\r\n")
                try await body(client, configuration.database)
            }
        }
    }

    private static func tunnelled(_ database: URL) async throws -> Exchange {
        let store = try RawStore.openForReading(database)
        let deadline = ContinuousClock.now + .seconds(30)
        while true {
            let rows = try await store.changes(after: 0).exchanges
            if let row = rows.first(where: { $0.state == .tunnelled }) { return row }
            try #require(ContinuousClock.now < deadline, "only these rows: \(rows)")
            try await Task.sleep(for: .milliseconds(10))
        }
    }
}
