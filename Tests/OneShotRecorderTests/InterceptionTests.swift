import Foundation
import NIOConcurrencyHelpers
import NIOCore
import OneShotCore
import OneShotStore
import OneShotTesting
import OneShotWire
import Testing

@testable import OneShotRecorder

@Suite("What is intercepted", .timeLimit(.minutes(1)))
struct InterceptionTests {
    @Test(
        "the well-known model APIs are read",
        arguments: [
            "api.openai.com", "eu.api.openai.com", "chatgpt.com", "me.openai.azure.com", "api.anthropic.com",
            "generativelanguage.googleapis.com", "us-central1-aiplatform.googleapis.com", "openrouter.ai",
            "api.groq.com",
            "api.mistral.ai", "api.deepseek.com", "api.x.ai", "eu-west-1.api.x.ai", "api.together.xyz",
            "api.fireworks.ai",
            "bedrock-runtime.eu-west-1.amazonaws.com", "api.openai.com.",
        ]
    )
    func known(host: String) {
        #expect(Interception.modelAPIs.covers(host, port: 443))
    }

    @Test(
        "others are not",
        arguments: [
            "github.com", "pypi.org", "registry.npmjs.org", "notapi.openai.com.example", "evilapi.openai.com",
            "openai.com",
            "amazonaws.com", "s3.amazonaws.com", "localhost", "127.0.0.1",
        ]
    )
    func others(host: String) {
        #expect(!Interception.modelAPIs.covers(host, port: 443))
    }

    @Test("the page that people read has the same list")
    func documented() throws {
        let checkout = (0..<3).reduce(URL(fileURLWithPath: #filePath)) { url, _ in url.deletingLastPathComponent() }
        let page = try String(contentsOf: checkout.appendingPathComponent("docs/recorder.md"), encoding: .utf8)
        for host in ModelHosts.remote {
            let name = host.hasPrefix(".") ? "*\(host)" : host
            #expect(page.contains("`\(name)`"), "\(name)")
        }
    }

    @Test("local model servers are read on their usual ports", arguments: ["localhost", "127.0.0.1", "::1"])
    func local(host: String) {
        #expect(Interception.modelAPIs.covers(host, port: 11434))
        #expect(Interception.modelAPIs.covers(host, port: 8000))
        #expect(!Interception.modelAPIs.covers(host, port: 3000))
    }

    @Test("what is ignored is not read, even where everything is")
    func ignored() {
        let interception = Interception(hosts: [], ignored: ["pypi.org", ".github.com", "*:8443"], isEverything: true)
        #expect(interception.covers("example.com", port: 443))
        for host in ["pypi.org", "api.github.com"] { #expect(!interception.covers(host, port: 443)) }
        #expect(!interception.covers("example.com", port: 8443))
    }

    @Test(
        "a host is a name, perhaps with a port and one star",
        arguments: ["a.test", "A.test:8443", ".a.test", "*.a.test", "x-*.a.test", "::1", "[::1]:80"]
    )
    func entries(text: String) { #expect(Interception.isHost(text)) }

    @Test("anything else is none", arguments: ["", "*", "*.*", "https://a.test", "a.test/x", "a b", "a.test:x", "."])
    func noEntries(text: String) { #expect(!Interception.isHost(text)) }

    @Test("a request without TLS to another host is passed on, and only its host, bytes and time are kept")
    func unread() async throws {
        try await Bench.run(originHasTLS: false, respond: { _ in Answers.json("{\"private\":1}") }) { bench in
            let client = try await TestClient.connect(port: bench.running.port)
            let request =
                "POST http://localhost:\(bench.origin.port)/private?key=1 HTTP/1.1\r\nHost: localhost:\(bench.origin.port)\r\n"
                + "Content-Length: 7\r\n\r\nprivate"
            for _ in 0..<2 {
                client.forget()
                try await client.send(request)
                try await client.read(until: "\"private\"")
            }
            let rows = try await bench.rows(2) { $0.state == .tunnelled }
            #expect(
                rows.map(\.url) == ["http://localhost:\(bench.origin.port)", "http://localhost:\(bench.origin.port)"]
            )
            let meta = try JSON(parsing: rows[0].metaJSON)
            #expect(meta["bytes_sent"]?.int == 7)
            #expect(meta["bytes_received"]?.int ?? 0 > 13)
            #expect(rows[0].status == 200)
            #expect(try bench.databaseBytes().range(of: .init("private".utf8)) == nil)
        }
    }

    @Test("a model server without TLS is read wherever it is, unless it is ignored", arguments: [true, false])
    func localModel(isIgnored: Bool) async throws {
        let interception = Interception(hosts: [], ignored: isIgnored ? ["localhost"] : [])
        try await Bench.run(
            interception: interception,
            originHasTLS: false,
            respond: { _ in Answers.json("{\"answer\":1}") }
        ) { bench in
            let client = try await TestClient.connect(port: bench.running.port)
            let place = "localhost:\(bench.origin.port)"
            try await client.send(
                "POST http://\(place)/v1/chat/completions HTTP/1.1\r\nHost: \(place)\r\nContent-Length: 2\r\n\r\n{}"
            )
            try await client.read(until: "\"answer\"")
            let row = try #require(try await bench.rows(1) { $0.endedAtMs != nil }.first)
            #expect(row.state == (isIgnored ? .tunnelled : .complete))
            #expect((row.responseJSON == nil) == isIgnored)
        }
    }

    @Test("an unread upgrade becomes an unread tunnel")
    func unreadUpgrade() async throws {
        try await Bench.run(
            originHasTLS: false,
            respond: { _ in [.webSocket(deflate: false) { _ in ["private"] }] }
        ) { bench in
            let client = try await TestClient.connect(port: bench.running.port)
            try await client.send(
                "GET http://localhost:\(bench.origin.port)/chat HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"
                    + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
            )
            try await client.read(until: "101 Switching Protocols")
            try await client.close()
            let row = try #require(try await bench.rows(1) { $0.state == .tunnelled }.first)
            #expect(row.status == 101)
            #expect(row.url == "http://localhost:\(bench.origin.port)")
        }
    }
}
