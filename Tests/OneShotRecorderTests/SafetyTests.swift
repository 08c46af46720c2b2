import Foundation
import NIOConcurrencyHelpers
import NIOCore
import OneShotCore
import OneShotStore
import OneShotTesting
import OneShotWire
import Testing

@testable import OneShotRecorder

@Suite("Safety", .timeLimit(.minutes(2)))
struct SafetyTests {
    /// What two readers could cut into messages differently (RFC 9112, sections 5 to 7 and 11).
    static let smuggling: [String] = [
        "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n",
        "Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcde",
        "Content-Length: 4, 5\r\n\r\nabcde",
        "Content-Length: +4\r\n\r\nabcd",
        "Content-Length: -4\r\n\r\nabcd",
        "Content-Length: 0x4\r\n\r\nabcd",
        "Content-Length:\r\n\r\n",
        "Content-Length: 99999999999999999999999\r\n\r\n",
        "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: identity\r\n\r\n",
        "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding:\r\n\r\n",
        "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
        "Content-Length : 4\r\n\r\nabcd",
        "A: b\r\n c\r\n\r\n",
        "A: b\r\n\tc\r\n\r\n",
        "A: b\rc\r\n\r\n",
        "A: b\nContent-Length: 4\r\n\r\nabcd",
        "A: b\u{0}c\r\n\r\n",
        "no colon\r\n\r\n",
        ": nameless\r\n\r\n",
        "Na me: x\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n-1\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n0x1\r\na\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n+1\r\na\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\na",
        "Transfer-Encoding: chunked\r\n\r\n1\na\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n1;a\nb\r\na\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n0\r\n\r\n",
        "1.0 Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ]

    @Test("what two readers could understand differently is refused, and disturbs nobody")
    func smuggling() async throws {
        let gate = NIOLockedValueBox(false)
        try await Bench.run(
            respond: { request in
                guard request.head.target == "/v1/responses" else { return [] }
                return TroubleTests.partial + [.hold(gate), .send("0\r\n\r\n")]
            }
        ) { bench in
            let other = try await bench.client()
            try await other.send(Answers.post("/v1/responses", "{}"))
            try await other.read(until: "data: one")
            try await withThrowingTaskGroup(of: Void.self) { group in
                for rest in Self.smuggling {
                    // As a proxy, and inside a connection that we read.
                    for isInside in [false, true] { group.addTask { try await refuses(rest, isInside, bench) } }
                }
                try await group.waitForAll()
            }
            gate.withLockedValue { $0 = true }
            try await other.read(until: "0\r\n\r\n")
        }
    }

    private func refuses(_ rest: String, _ isInside: Bool, _ bench: Bench) async throws {
        let client = isInside ? try await bench.client() : try await TestClient.connect(port: bench.running.port)
        let (version, fields) = rest.hasPrefix("1.0 ") ? ("1.0", String(rest.dropFirst(4))) : ("1.1", rest)
        try await client.send(
            "POST \(isInside ? "" : "http://api.openai.com")/x HTTP/\(version)\r\nHost: api.openai.com\r\n\(fields)"
        )
        let answer = try await client.readToEnd()
        #expect(answer.hasPrefix("HTTP/1.1 400 "), "\(rest.debugDescription): \(answer.prefix(60))")
    }

    @Test("two names for one request are refused", arguments: ["Host: a\r\nHost: b\r\n", "Host: a\r\nhost: a\r\n"])
    func hosts(fields: String) async throws {
        try await Bench.run(respond: { _ in [] }) { bench in
            let client = try await bench.client()
            try await client.send("GET / HTTP/1.1\r\n\(fields)\r\n")
            #expect(try await client.readToEnd().hasPrefix("HTTP/1.1 400 "))
        }
    }

    @Test(
        "a head that is too long, or has too many fields, is answered with 431",
        arguments: [String(repeating: "A", count: 5000), String(repeating: "A: b\r\n", count: 60)]
    )
    func heads(text: String) async throws {
        try await Bench.run(
            configure: { configuration, _ in
                configuration.limits.headBytes = 4 << 10
                configuration.limits.headFields = 50
            },
            respond: { _ in Answers.json("{}") }
        ) { bench in
            for client in [try await bench.client(), try await TestClient.connect(port: bench.running.port)] {
                try await client.send(
                    "GET http://api.openai.com/ HTTP/1.1\r\nHost: api.openai.com\r\nX: \(text)\r\n\r\n"
                )
                #expect(try await client.readToEnd().hasPrefix("HTTP/1.1 431 "))
            }
        }
    }

    @Test("one connection too many is answered with 503, and there is room again when another goes")
    func connections() async throws {
        try await Bench.run(
            configure: { configuration, _ in configuration.limits.connections = 2 },
            respond: { _ in Answers.json("{}") }
        ) { bench in
            let first = try await bench.client()
            let second = try await bench.client()
            let third = try await TestClient.connect(port: bench.running.port)
            #expect(try await third.readToEnd().hasPrefix("HTTP/1.1 503 "))
            for client in [first, second] {
                try await client.send("GET /v1/models HTTP/1.1\r\nHost: api.openai.com\r\n\r\n")
                try await client.read(until: "{}")
            }
            try await second.close()
            let deadline = ContinuousClock.now + .seconds(20)
            while await bench.running.status().connections > 1, ContinuousClock.now < deadline {
                try await Task.sleep(for: .milliseconds(10))
            }
            let fourth = try await bench.client()
            try await fourth.send("GET /v1/models HTTP/1.1\r\nHost: api.openai.com\r\n\r\n")
            try await fourth.read(until: "{}")
        }
    }

    @Test("a client that asks for nothing is closed; one that waits for its answer, or streams, is not")
    func idle() async throws {
        let gate = NIOLockedValueBox(false)
        try await Bench.run(
            configure: { configuration, _ in
                configuration.limits.idle = .milliseconds(500)
                configuration.limits.head = .milliseconds(500)
            },
            respond: { _ in [.hold(gate)] + Answers.json("{}") }
        ) { bench in
            // On a busy machine the handshake itself may take too long: then once more.
            var waiting: TestClient?
            for _ in 0..<20 where bench.origin.requests.withLockedValue({ $0.isEmpty }) {
                waiting = try? await bench.client()
                try? await waiting?.send("GET /v1/models HTTP/1.1\r\nHost: api.openai.com\r\n\r\n")
                for _ in 0..<100 where bench.origin.requests.withLockedValue({ $0.isEmpty }) {
                    try await Task.sleep(for: .milliseconds(10))
                }
            }
            let patient = try #require(waiting)
            let silent = try await TestClient.connect(port: bench.running.port)
            #expect(try await silent.readToEnd() == "")
            let slow = try await TestClient.connect(port: bench.running.port)
            try await slow.send("GET http://api.openai.com/ HT")
            #expect(try await slow.readToEnd().hasPrefix("HTTP/1.1 408 "))
            let undecided = try await TestClient.connect(port: bench.running.port)
            try await undecided.send("CONNECT api.openai.com:443 HTTP/1.1\r\n\r\n")
            #expect(try await undecided.readToEnd().hasPrefix("HTTP/1.1 200 "))
            #expect(patient.now.bytes.readableBytes == 0 && !patient.now.isClosed)
            gate.withLockedValue { $0 = true }
            try await patient.read(until: "{}")
            try await patient.readToEnd()
        }
    }

    @Test(
        "our pages answer to our own names only",
        arguments: [
            ("/health", "rebound.example:PORT", "403"), ("/", "rebound.example", "403"),
            ("/cert/pem", "mitm.it", "403"),
            ("/health", "127.0.0.1", "403"), ("/health", "127.0.0.1.example:PORT", "403"),
            ("/health", "localhost:PORT", "200"), ("/health", "[::1]:PORT", "200"),
            ("/cert/pem", "127.0.0.1:PORT", "200"),
        ]
    )
    func rebinding(path: String, host: String, status: String) async throws {
        try await Bench.run(respond: { _ in [] }) { bench in
            let client = try await TestClient.connect(port: bench.running.port)
            let host = host.replacing("PORT", with: "\(bench.running.port)")
            try await client.send("GET \(path) HTTP/1.1\r\nHost: \(host)\r\nConnection: close\r\n\r\n")
            #expect(try await client.readToEnd().hasPrefix("HTTP/1.1 \(status) "))
        }
    }

    @Test(
        "a request that leads to ourselves does not go round and round, whatever name it has",
        arguments: [("127.0.0.2", "403", "200"), ("[::ffff:127.0.0.1]", "403", "200"), ("0.0.0.0", "502", "502")]
    )
    func loop(host: String, connect: String, get: String) async throws {
        try await Bench.run(
            configure: { configuration, _ in
                configuration.token = "0123456789"
                configuration.listeners = [.tcp(host: "0.0.0.0", port: 0)]
            },
            respond: { _ in [] }
        ) { bench in
            let own = "Proxy-Authorization: Basic \(Data("run:0123456789".utf8).base64EncodedString())\r\n"
            let place = "\(host):\(bench.running.port)"
            for (request, status) in [
                ("CONNECT \(place) HTTP/1.1\r\n\(own)\r\n", connect),
                ("GET http://\(place)/health HTTP/1.1\r\nHost: x\r\n\(own)\r\n", get),
            ] {
                let client = try await TestClient.connect(port: bench.running.port)
                try await client.send(request)
                let answer = try await client.read(until: "\n\r\n")
                #expect(answer.hasPrefix("HTTP/1.1 \(status) "), "\(answer)")
                if status == "502" { try await client.read(until: "the recorder's own port") }
                try await client.close()
            }
            #expect(await bench.running.status().connectionsTotal <= 4)
        }
    }

    @Test("without a token nobody else is let in, and the recorder does not start")
    func open() async throws {
        await #expect(throws: RecorderError.openToOthers(host: "0.0.0.0")) {
            try await Bench.run(
                configure: { configuration, _ in configuration.listeners = [.tcp(host: "0.0.0.0", port: 0)] },
                respond: { _ in [] },
                { _ in }
            )
        }
    }

    @Test("who does not give the token gets 407, and no more than a word on the health page")
    func token() async throws {
        try await Bench.run(
            interception: Interception(hosts: ["api.openai.com", "localhost"]),
            originHasTLS: false,
            configure: { configuration, _ in configuration.token = "0123456789" },
            respond: { _ in Answers.json("{\"got\":1}") }
        ) { bench in
            let port = bench.running.port
            func ask(_ line: String, _ credentials: String?) async throws -> String {
                let client = try await TestClient.connect(port: port)
                let field = credentials.map {
                    "Proxy-Authorization: Basic \(Data($0.utf8).base64EncodedString())\r\n"
                }
                try await client.send(
                    "\(line) HTTP/1.1\r\nHost: localhost:\(port)\r\n\(field ?? "")Connection: close\r\n\r\n"
                )
                return line.hasPrefix("CONNECT")
                    ? try await client.read(until: "\r\n\r\n") : try await client.readToEnd()
            }
            for line in [
                "CONNECT api.openai.com:443", "GET http://localhost:\(bench.origin.port)/",
                "GET http://mitm.it/nothing",
            ] {
                for wrong in [nil, "run-1:oneshot", "run-1:012345678", "run-1", "0123456789:"] {
                    let answer = try await ask(line, wrong)
                    #expect(answer.hasPrefix("HTTP/1.1 407 ") || line.contains("mitm.it"), "\(answer)")
                    if answer.contains(" 407 ") { #expect(answer.contains("Proxy-Authenticate: Basic ")) }
                }
            }
            #expect(try await ask("CONNECT api.openai.com:443", "run-1:0123456789").hasPrefix("HTTP/1.1 200 "))
            #expect(try await ask("GET http://localhost:\(bench.origin.port)/", "run-1:0123456789").contains("\"got\""))
            #expect(try await bench.rows(1) { $0.state == .complete }.first?.sessionID == "run-1")
            #expect(try await ask("GET /health", nil).hasSuffix("{\"status\":\"ok\"}\n"))
            #expect(try await ask("GET /health", "x:0123456789").contains("\"database\""))
            #expect(try bench.databaseBytes().range(of: Data("0123456789".utf8)) == nil)
        }
    }

    @Test(
        "a certificate that is not trusted is accepted for the named host alone",
        arguments: ["localhost", "localhost:PORT", "other.test"]
    )
    func insecure(host: String) async throws {
        try await Bench.run(
            configure: { configuration, origin in
                configuration.extraTrustRoots = []
                configuration.insecureUpstreams = [host.replacing("PORT", with: "\(origin.port)")]
            },
            respond: { _ in Answers.json("{\"got\":1}") }
        ) { bench in
            let client = try await bench.client()
            try await client.send(Answers.post("/v1/responses", "{}"))
            if host == "other.test" {
                let text = try await client.read(until: "--insecure-upstream localhost")
                #expect(text.hasPrefix("HTTP/1.1 502 "))
                let row = try #require(try await bench.rows(1) { $0.state == .cut }.first)
                #expect(row.metaJSON.contains("--insecure-upstream localhost"))
            } else {
                try await client.read(until: "\"got\"")
            }
        }
    }

    @Test("a certificate for another host is a 502 that names the host and the flag")
    func otherHost() async throws {
        try await Bench.run(
            configure: { configuration, origin in
                configuration.upstreams[Bench.host] = URL(string: "https://127.0.0.1:\(origin.port)")
            },
            respond: { _ in Answers.json("{}") }
        ) { bench in
            let client = try await bench.client()
            try await client.send(Answers.post("/v1/responses", "{}"))
            let text = try await client.read(until: "--insecure-upstream 127.0.0.1")
            #expect(text.hasPrefix("HTTP/1.1 502 ") && text.contains("is for another host"))
        }
    }

    @Test("never all hosts at once", arguments: ["*", "*.test", ".test", "", "https://a.test"])
    func insecureAll(host: String) {
        #expect(throws: RecorderError.insecureUpstreamMalformed(host)) {
            try UpstreamTLS(extraRoots: [], insecure: [host])
        }
    }
}
