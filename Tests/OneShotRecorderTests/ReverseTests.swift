import Foundation
import NIOConcurrencyHelpers
import NIOCore
import OneShotCore
import OneShotStore
import OneShotTesting
import OneShotWire
import Testing

@testable import OneShotRecorder

@Suite("A port that stands for an upstream", .timeLimit(.minutes(1)))
struct ReverseTests {
    private static func withReverse(
        path: String = "",
        hasTLS: Bool = true,
        respond: @escaping @Sendable (TestOrigin.Request) -> [TestOrigin.Step] = { _ in Answers.json("{}") },
        _ body: (Bench, Int) async throws -> Void
    ) async throws {
        try await Bench.run(
            originHasTLS: hasTLS,
            configure: { configuration, origin in
                let upstream = URL(string: origin.url.absoluteString + path)
                configuration.listeners.append(.reverse(port: 0, upstream: try #require(upstream)))
            },
            respond: respond
        ) { bench in
            guard case .reverse(let port, _) = bench.running.listeners[1] else {
                Issue.record("\(bench.running.listeners)")
                return
            }
            try await body(bench, port)
        }
    }

    @Test(
        "sends what it is asked to the upstream, under the upstream's name, health included",
        arguments: [true, false]
    )
    func forwards(hasTLS: Bool) async throws {
        try await Self.withReverse(path: "/base/", hasTLS: hasTLS) { bench, port in
            let client = try await TestClient.connect(port: port)
            try await client.send(
                "GET /health?a=1 HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nAuthorization: Bearer sk-0123456789abc\r\n"
                    + "session_id: agent-7\r\n\r\n"
            )
            try await client.read(until: "{}")
            let head = try #require(bench.origin.requests.withLockedValue { $0.first?.head })
            #expect(head.target == "/base/health?a=1")
            #expect(head.first("host") == "localhost:\(bench.origin.port)")
            #expect(head.first("authorization") == "Bearer sk-0123456789abc")
            let row = try #require(try await bench.rows(1) { $0.state == .complete }.first)
            #expect(row.url == "\(bench.origin.url)/base/health?a=1")
            #expect(row.sessionID == "agent-7")
        }
    }

    @Test("takes the run from the path, for each request anew")
    func run() async throws {
        try await Self.withReverse { bench, port in
            let client = try await TestClient.connect(port: port)
            for path in ["/~run-1/v1/models", "/~run-2/v1/models", "/v1/models", "/~run-3"] {
                client.forget()
                try await client.send("GET \(path) HTTP/1.1\r\nHost: localhost:\(port)\r\n\r\n")
                try await client.read(until: "{}")
            }
            let targets = bench.origin.requests.withLockedValue { $0.map(\.head.target) }
            #expect(targets == ["/v1/models", "/v1/models", "/v1/models", "/"])
            let rows = try await bench.rows(4) { $0.state == .complete }
            #expect(
                rows.map { $0.sessionID.hasPrefix("conn") ? "conn" : $0.sessionID } == [
                    "run-1", "run-2", "conn", "run-3",
                ]
            )
        }
    }

    @Test("carries WebSockets")
    func webSocket() async throws {
        try await Self.withReverse(respond: { _ in [.webSocket(deflate: false) { _ in [Answers.completed()] }] }) {
            bench,
            port in
            let client = try await TestClient.connect(port: port)
            try await client.send(
                "GET /~run-1/v1/responses HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nUpgrade: websocket\r\n"
                    + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
            )
            try await client.read(until: "101 Switching Protocols")
            let row = try #require(try await bench.rows(1) { $0.status == 101 }.first)
            #expect(row.url == "wss://localhost:\(bench.origin.port)/v1/responses")
            #expect(row.sessionID == "run-1")
        }
    }

    @Test(
        "is no proxy, and has one name",
        arguments: [
            ("CONNECT api.openai.com:443 HTTP/1.1\r\nHost: x\r\n\r\n", "400"),
            ("GET http://example.com/ HTTP/1.1\r\nHost: example.com\r\n\r\n", "403"),
            ("GET http://example.com/ HTTP/1.1\r\nHost: localhost:PORT\r\n\r\n", "400"),
            ("GET /v1/models HTTP/1.1\r\nHost: rebound.example:PORT\r\n\r\n", "403"),
            ("GET /v1/models HTTP/1.1\r\n\r\n", "403"),
            ("GET /~%2e/v1/models HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\n\r\n", "400"),
        ]
    )
    func refuses(request: String, status: String) async throws {
        try await Self.withReverse { bench, port in
            let client = try await TestClient.connect(port: port)
            try await client.send(request.replacing("PORT", with: "\(port)"))
            #expect(try await client.readToEnd().hasPrefix("HTTP/1.1 \(status) "))
            #expect(bench.origin.requests.withLockedValue { $0.isEmpty })
        }
    }

    @Test("leaves our own pages where they are")
    func pages() async throws {
        try await Self.withReverse { bench, _ in
            let client = try await TestClient.connect(port: bench.running.port)
            try await client.send("GET /health HTTP/1.1\r\nHost: localhost:\(bench.running.port)\r\n\r\n")
            try await client.read(until: "for \(bench.origin.url)")
            #expect(bench.origin.requests.withLockedValue { $0.isEmpty })
        }
    }
}
