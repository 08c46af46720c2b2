import Foundation
import NIOConcurrencyHelpers
import NIOCore
import OneShotCore
import OneShotStore
import OneShotTesting
import OneShotWire
import Testing

@testable import OneShotRecorder

@Suite("Upstreams by a proxy", .timeLimit(.minutes(1)))
struct UpstreamProxyTests {
    private static let host = "model.test"

    /// Two recorders, one after the other: the second is the first one's proxy, asks for a token, and knows the way
    /// to `model.test`.
    private static func withProxy(
        hasTLS: Bool,
        credentials: String = "corp:secret-token@",
        respond: @escaping @Sendable (TestOrigin.Request) -> [TestOrigin.Step] = { _ in Answers.json("{}") },
        _ body: (_ first: Bench, _ proxy: Bench) async throws -> Void
    ) async throws {
        try await Bench.run(
            interception: Interception(hosts: [host]),
            originHasTLS: hasTLS,
            configure: { configuration, origin in
                configuration.upstreams = [host: origin.url]
                configuration.token = "secret-token"
            },
            respond: respond
        ) { proxy in
            let url = try #require(URL(string: "http://\(credentials)127.0.0.1:\(proxy.running.port)"))
            try await Bench.run(
                interception: Interception(hosts: [host]),
                configure: { configuration, _ in
                    configuration.proxy = try UpstreamProxy(url: url)
                    configuration.extraTrustRoots = [proxy.authority.certificateURL]
                },
                respond: { _ in [] }
            ) { first in
                try await body(first, proxy)
            }
        }
    }

    @Test("TLS goes through a tunnel of the proxy's, which hears who we are and nobody else does")
    func tunnel() async throws {
        try await Self.withProxy(hasTLS: true) { first, proxy in
            let client = try await TestClient.connect(
                through: first.running,
                to: Self.host,
                runID: "run-1",
                trusting: first.authority
            )
            try await client.send("GET /v1/models HTTP/1.1\r\nHost: model.test\r\n\r\n")
            try await client.read(until: "{}")
            let head = try #require(proxy.origin.requests.withLockedValue { $0.first?.head })
            #expect(head.first("proxy-authorization") == nil)
            #expect(try await first.rows(1) { $0.state == .complete }.first?.sessionID == "run-1")
            #expect(try await proxy.rows(1) { $0.state == .complete }.first?.sessionID == "corp")
            #expect(try first.databaseBytes().range(of: Data("secret-token".utf8)) == nil)
        }
    }

    @Test("plain HTTP is asked for by its whole URL, with our credentials in the place of the client's")
    func absolute() async throws {
        try await Self.withProxy(hasTLS: false) { first, proxy in
            let client = try await TestClient.connect(port: first.running.port)
            let own = Data("run-1:x".utf8).base64EncodedString()
            for path in ["/a?b=1", "/c"] {
                client.forget()
                try await client.send(
                    "GET http://model.test\(path) HTTP/1.1\r\nHost: model.test\r\nProxy-Authorization: Basic \(own)\r\n\r\n"
                )
                try await client.read(until: "{}")
            }
            let rows = try await proxy.rows(2) { $0.state == .complete }
            #expect(rows.map(\.url) == ["http://model.test/a?b=1", "http://model.test/c"])
            #expect(rows.map(\.sessionID) == ["corp", "corp"])
            #expect(await proxy.running.status().connectionsTotal == 1)
        }
    }

    @Test("an upgrade without TLS goes through a tunnel")
    func upgrade() async throws {
        try await Self.withProxy(
            hasTLS: false,
            respond: { _ in [.webSocket(deflate: false) { _ in [] }] }
        ) { first, proxy in
            let client = try await TestClient.connect(port: first.running.port)
            try await client.send(
                "GET http://model.test/v1/responses HTTP/1.1\r\nHost: model.test\r\nUpgrade: websocket\r\n"
                    + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
            )
            try await client.read(until: "101 Switching Protocols")
            #expect(try await proxy.rows(1) { $0.status == 101 }.first?.url == "ws://model.test/v1/responses")
        }
    }

    @Test("a proxy that refuses is a 502 that says so, without the password", arguments: [true, false])
    func refused(hasTLS: Bool) async throws {
        try await Self.withProxy(hasTLS: hasTLS, credentials: "corp:wrong-token@") { first, proxy in
            let client = try await TestClient.connect(port: first.running.port)
            if hasTLS {
                try await client.send("CONNECT other.test:443 HTTP/1.1\r\nHost: other.test:443\r\n\r\n")
                let text = try await client.readToEnd()
                #expect(text.hasPrefix("HTTP/1.1 502 "))
                #expect(text.contains("cannot reach other.test:443 by the proxy 127.0.0.1:\(proxy.running.port)"))
                #expect(text.contains("407"))
            } else {
                // In absolute form the proxy's answer is the answer.
                try await client.send("GET http://model.test/ HTTP/1.1\r\nHost: model.test\r\n\r\n")
                #expect(try await client.read(until: "token").hasPrefix("HTTP/1.1 407 "))
            }
            #expect(!client.now.text.contains("wrong-token"))
        }
    }

    @Test("this machine is reached directly")
    func loopback() async throws {
        try await Self.withProxy(hasTLS: false) { first, proxy in
            let client = try await TestClient.connect(port: first.running.port)
            try await client.send(
                "GET http://localhost:\(proxy.origin.port)/ HTTP/1.1\r\nHost: localhost:\(proxy.origin.port)\r\n\r\n"
            )
            try await client.read(until: "{}")
            #expect(await proxy.running.status().connectionsTotal == 0)
        }
    }

    @Test("the way to a proxy may itself be TLS")
    func secureProxy() async throws {
        try await Bench.run(
            configure: { configuration, origin in configuration.proxy = try UpstreamProxy(url: origin.url) },
            respond: { request in
                request.head.method == "CONNECT"
                    ? [.send("HTTP/1.1 200 Yes\r\n\r\n")] : Answers.json("{\"for\":\"\(request.head.target)\"}")
            }
        ) { bench in
            let client = try await TestClient.connect(port: bench.running.port)
            try await client.send("CONNECT far.test:9 HTTP/1.1\r\nHost: far.test:9\r\n\r\n")
            try await client.read(until: "200 Connection established")
            try await client.send("GET /inside HTTP/1.1\r\nHost: far.test\r\n\r\n")
            try await client.read(until: "/inside")
            #expect(bench.origin.requests.withLockedValue { $0.map(\.head.target) } == ["far.test:9", "/inside"])
        }
    }

    @Test("a proxy that is not there is named")
    func unreachable() async throws {
        try await Bench.run(
            configure: { configuration, _ in
                configuration.proxy = try UpstreamProxy(url: #require(URL(string: "http://127.0.0.1:1")))
            },
            respond: { _ in [] }
        ) { bench in
            let client = try await TestClient.connect(port: bench.running.port)
            try await client.send("CONNECT other.test:443 HTTP/1.1\r\nHost: other.test:443\r\n\r\n")
            let text = try await client.readToEnd()
            #expect(text.contains("cannot reach other.test:443 by the proxy 127.0.0.1:1: connection refused"))
        }
    }

    @Test("a recorder whose variables name itself does not go through itself")
    func itself() async throws {
        try await Bench.run(respond: { _ in [] }) { bench in
            let url = try #require(URL(string: "http://127.0.0.1:\(bench.running.port)"))
            var configuration = bench.running.core.configuration
            configuration.proxy = try UpstreamProxy(url: url)
            let core = try RecorderCore(
                configuration,
                writer: bench.running.core.writer,
                logger: bench.running.core.logger
            )
            core.ports.withLockedValue { _ = $0.insert(bench.running.port) }
            let other = Origin(isTLS: true, host: "other.test", port: 443)
            #expect(UpstreamRoute(to: other, needsTunnel: true, core: core).proxy == nil)
        }
    }

    @Test("the variables are those of curl")
    func environment() async throws {
        let environment = [
            "https_proxy": "http://user:p%40ss@one.test:3128", "HTTPS_PROXY": "http://two.test",
            "ALL_PROXY": "three.test:80",
            "NO_PROXY": "internal.test,.svc,10.0.0.0/8, x.test:8443",
        ]
        let proxy = try #require(try await UpstreamProxy(environment: environment))
        #expect(proxy.https?.description == "one.test:3128")
        #expect(proxy.https?.authorization == "Basic \(Data("user:p@ss".utf8).base64EncodedString())")
        #expect(proxy.http?.description == "three.test:80")
        func isDirect(_ host: String, _ port: Int = 443) -> Bool {
            proxy.server(for: Origin(isTLS: true, host: host, port: port), tunnelled: true) == nil
        }
        #expect(isDirect("internal.test") && isDirect("a.internal.test") && isDirect("a.svc"))
        #expect(isDirect("10.2.3.4") && isDirect("x.test", 8443) && isDirect("127.0.0.2") && isDirect("localhost"))
        #expect(!isDirect("notinternal.test") && !isDirect("11.2.3.4") && !isDirect("x.test"))
        #expect(try await UpstreamProxy(environment: ["NO_PROXY": "*"]) == nil)
        let everything = try #require(try await UpstreamProxy(environment: ["ALL_PROXY": "a.test", "no_proxy": "*"]))
        #expect(everything.server(for: Origin(isTLS: true, host: "b.test", port: 443), tunnelled: true) == nil)
    }

    @Test(
        "what is no proxy is refused without being repeated",
        arguments: ["socks5://a:secret@b:1", "http://a/path", "http://"]
    )
    func malformed(text: String) async throws {
        let error = await #expect(throws: RecorderError.proxyMalformed(name: "https_proxy")) {
            try await UpstreamProxy(environment: ["https_proxy": text])
        }
        #expect(error?.description.contains("secret") == false)
    }
}
