import Foundation
import NIOConcurrencyHelpers
import NIOCore
import NIOHPACK
import NIOHTTP2
import OneShotCore
import OneShotStore
import OneShotTesting
import OneShotWire
import Testing

@testable import OneShotRecorder

@Suite("HTTP/2: trouble", .timeLimit(.minutes(2)))
struct HTTP2TroubleTests {
    @Test("a stream that the upstream resets is reset for the client with the same code, and is cut by the upstream")
    func resetByUpstream() async throws {
        let gate = NIOLockedValueBox(false)
        let cut = NIOLockedValueBox(false)
        try await HTTP2Bench.run(
            respond: {
                $0.path == "/good"
                    ? [.ok(), .hold(gate), .text("{}"), .end]
                    : [.ok("text/event-stream"), .text("data: one\n\n"), .hold(cut), .reset(.enhanceYourCalm)]
            }
        ) { bench in
            let client = try await bench.client()
            let good = try await client.get("/good")
            let stream = try await client.get("/bad")
            try await stream.wait { !$0.text.isEmpty }
            cut.withLockedValue { $0 = true }
            let received = try await stream.wait { $0.isClosed }
            #expect(received.resetBy == .enhanceYourCalm)
            #expect(received.text == "data: one\n\n")
            let row = try #require(try await bench.rows(1) { $0.state == .cut }.first)
            #expect(row.cutBy == "upstream")
            #expect(row.status == 200)
            #expect(row.responseJSON == #"{"_raw":"data: one\n\n"}"#)
            gate.withLockedValue { $0 = true }
            try await good.wait { $0.hasEnded && $0.text == "{}" }
        }
    }

    @Test("a refused stream stays one that the client may try again")
    func refusedStream() async throws {
        try await HTTP2Bench.run(respond: { _ in [.reset(.refusedStream)] }) { bench in
            let client = try await bench.client()
            let received = try await client.post("/v1/responses", "{}").wait { $0.isClosed }
            #expect(received.resetBy == .refusedStream)
            #expect(received.heads.isEmpty)
            try await bench.rows(1) { $0.state == .cut && $0.cutBy == "upstream" }
        }
    }

    @Test("a stream that the client resets is reset upstream, and is cut by the client")
    func resetByClient() async throws {
        try await HTTP2Bench.run(
            respond: { $0.path == "/good" ? HTTP2Origin.Step.json("{}") : [.ok(), .text("{")] }
        ) { bench in
            let client = try await bench.client()
            let stream = try await client.get("/bad")
            try await stream.wait { $0.text == "{" }
            try await stream.reset(.cancel)
            let row = try #require(try await bench.rows(1) { $0.state == .cut }.first)
            #expect(row.cutBy == "client")
            try await bench.origin.requests.wait { $0.first?.resetBy == .cancel }
            try await client.get("/good").wait { $0.hasEnded && $0.text == "{}" }
            #expect(bench.origin.connections.withLockedValue { $0 } == 1)
        }
    }

    @Test("a client that leaves ends all of its exchanges")
    func clientLeaves() async throws {
        try await HTTP2Bench.run(respond: { _ in [.ok(), .text("{")] }) { bench in
            let client = try await bench.client()
            let streams = [try await client.get("/1"), try await client.get("/2"), try await client.get("/3")]
            try await streams[0].wait { $0.text == "{" }
            try await streams[1].wait { $0.text == "{" }
            try await streams[2].wait { $0.text == "{" }
            try await client.close()
            let rows = try await bench.rows(3) { $0.state == .cut }
            #expect(rows.allSatisfy { $0.cutBy == "client" })
        }
    }

    @Test("an upstream connection that breaks cuts its streams, and the next request makes another")
    func upstreamBreaks() async throws {
        let gate = NIOLockedValueBox(false)
        try await HTTP2Bench.run(
            respond: {
                switch $0.path {
                case "/head": [.ok(), .text("{"), .hold(gate), .close]
                case "/none": []
                default: HTTP2Origin.Step.json("{}")
                }
            }
        ) { bench in
            let client = try await bench.client()
            let none = try await client.get("/none")
            let head = try await client.get("/head")
            try await head.wait { $0.text == "{" }
            try await bench.origin.requests.wait { $0.count == 2 }
            gate.withLockedValue { $0 = true }
            try await head.wait { $0.isClosed && $0.resetBy == .internalError }
            try await none.wait { $0.hasEnded && $0.status == "502" }
            try await bench.rows(2) { $0.state == .cut && $0.cutBy == "upstream" }
            try await client.get("/good").wait { $0.hasEnded && $0.text == "{}" }
            #expect(bench.origin.connections.withLockedValue { $0 } == 2)
        }
    }

    @Test("an upstream that says good-bye finishes what it has, and new requests go elsewhere")
    func goAway() async throws {
        let gate = NIOLockedValueBox(false)
        try await HTTP2Bench.run(
            respond: {
                $0.path == "/first"
                    ? [.ok(), .text("{"), .goAway, .hold(gate), .text("}"), .end] : HTTP2Origin.Step.json("{}")
            }
        ) { bench in
            let client = try await bench.client()
            let first = try await client.get("/first")
            try await first.wait { $0.text == "{" }
            // The good-bye is on its way behind that; whichever connection takes it, a request is answered.
            try await client.get("/next").wait { $0.hasEnded && $0.text == "{}" }
            try await client.get("/next").wait { $0.hasEnded && $0.text == "{}" }
            try await client.get("/next").wait { $0.hasEnded && $0.text == "{}" }
            gate.withLockedValue { $0 = true }
            try await first.wait { $0.hasEnded && $0.text == "{}" }
            #expect(bench.origin.connections.withLockedValue { $0 } == 2)
            try await bench.rows(4) { $0.state == .complete }
        }
    }

    @Test("a recorder that ends marks its streams")
    func recorderEnds() async throws {
        try await withTemporaryDirectory { directory in
            let authority = try CertificateAuthority.loadOrCreate(directory: directory.appendingPathComponent("ca"))
            let other = try CertificateAuthority.loadOrCreate(directory: directory.appendingPathComponent("origin-ca"))
            let database = directory.appendingPathComponent("raw.sqlite3")
            try await HTTP2Origin.run(authority: other, respond: { _ in [.ok(), .text("{")] }) { origin in
                let configuration = RecorderConfiguration(
                    listeners: [.tcp(host: "127.0.0.1", port: 0)],
                    database: database,
                    authority: authority,
                    extraTrustRoots: [other.certificateURL],
                    interception: Interception(hosts: ["localhost"])
                )
                try await Recorder.run(configuration) { running in
                    let client = try await HTTP2TestClient.connect(
                        through: running,
                        to: "localhost:\(origin.port)",
                        runID: "run-1",
                        trusting: authority
                    )
                    try await client.get("/").wait { $0.text == "{" }
                }
            }
            let row = try #require(try await RawStore.openForReading(database).exchanges(ofSession: "run-1").first)
            #expect(row.state == .cut)
            #expect(row.cutBy == "recorder")
        }
    }

    @Test("a call past its budget is refused on its stream, the others go on")
    func budget() async throws {
        try await HTTP2Bench.run(
            budget: Budget(tokens: 20),
            respond: { _ in
                [.ok("text/event-stream"), .text(Answers.events([Answers.completed(input: 30, output: 5)])), .end]
            }
        ) { bench in
            let client = try await bench.client(runID: "run-1")
            try await client.post("/v1/responses", "{}").wait { $0.hasEnded && $0.status == "200" }
            // It was kept back until all of it had been read.
            let sent = try #require(bench.origin.requests.withLockedValue { $0.first })
            #expect(String(buffer: sent.body) == "{}")
            #expect(sent.hasEnded)
            let refused = try await client.post("/v1/responses", "{\"n\":2}").wait { $0.hasEnded }
            #expect(refused.status == "400")
            #expect(refused.text.contains("token_budget_exhausted"))
            try await client.get("/v1/models").wait { $0.hasEnded && $0.status == "200" }
            #expect(await bench.running.usage(ofSession: "run-1").totalTokens == 35)
            try await bench.rows(1) { $0.state == .refused && $0.status == 400 }
            #expect(bench.origin.requests.withLockedValue { $0.count } == 2)
        }
    }

    @Test("a credential takes the place of the client's own, and is not recorded")
    func credentials() async throws {
        try await HTTP2Bench.run(
            credentials: ["localhost": "sk-real-key-of-the-host"],
            respond: { _ in HTTP2Origin.Step.json("{}") }
        ) { bench in
            let client = try await bench.client()
            var headers = HTTP2TestClient.head("GET", "/v1/models")
            headers.add(name: "x-api-key", value: "sk-of-the-client")
            try await client.open(headers).wait { $0.hasEnded }
            let request = try #require(bench.origin.requests.withLockedValue { $0.first })
            #expect(request.headers["x-api-key"] == ["sk-real-key-of-the-host"])
            let row = try #require(try await bench.rows(1) { $0.state == .complete }.first)
            #expect(!row.metaJSON.contains("sk-"))
        }
    }

    @Test("an origin that no longer speaks HTTP/2 is translated for a client that was offered it")
    func staleMemory() async throws {
        try await withTemporaryDirectory { directory in
            let authority = try CertificateAuthority.loadOrCreate(directory: directory.appendingPathComponent("ca"))
            let other = try CertificateAuthority.loadOrCreate(directory: directory.appendingPathComponent("origin-ca"))
            try await TestOrigin.run(
                authority: other,
                respond: {
                    Answers.sse("\($0.head.target) \($0.head.first("host") ?? "") \($0.body)").dropLast()
                        + [.send("0\r\nX-Sum: 7\r\nConnection: close\r\n\r\n")]
                }
            ) { origin in
                let configuration = RecorderConfiguration(
                    listeners: [.tcp(host: "127.0.0.1", port: 0)],
                    database: directory.appendingPathComponent("raw.sqlite3"),
                    authority: authority,
                    extraTrustRoots: [other.certificateURL],
                    interception: Interception(hosts: ["localhost"])
                )
                try await Recorder.run(configuration) { running in
                    let place = Origin(isTLS: true, host: "localhost", port: origin.port)
                    running.core.protocols.note(.http2, of: place)
                    let client = try await HTTP2TestClient.connect(
                        through: running,
                        to: "localhost:\(origin.port)",
                        trusting: authority
                    )
                    let chunked = try await client.open(HTTP2TestClient.head("POST", "/b"), ends: false)
                    async let known = client.post("/a", "one").wait { $0.hasEnded && $0.text == "/a localhost one" }
                    try await chunked.send("tw")
                    try await chunked.send("o", ends: true)
                    let received = try await chunked.wait { $0.hasEnded && $0.text == "/b localhost two" }
                    let head: HPACKHeaders = [":status": "200", "content-type": "text/event-stream"]
                    #expect(received.heads == [head, ["x-sum": "7"]])
                    _ = try await known
                    #expect(running.core.protocols.known(of: place) == .http1)
                }
            }
        }
    }

    @Test("an origin that cannot be reached is a 502 on the stream too")
    func unreachable() async throws {
        try await HTTP2Bench.run(respond: { _ in [] }) { bench in
            let gone = Origin(isTLS: true, host: "localhost", port: 1)
            bench.running.core.protocols.note(.http2, of: gone)
            let client = try await HTTP2TestClient.connect(
                through: bench.running,
                to: "localhost:1",
                trusting: bench.authority
            )
            let first = try await client.post("/v1/responses", "{}").wait { $0.hasEnded }
            #expect(first.status == "502")
            #expect(first.text.contains("cannot reach localhost:1: connection refused"))
            let second = try await client.post("/v1/responses", "{}").wait { $0.hasEnded }
            #expect(second.status == "502")
            try await bench.rows(2) { $0.state == .cut && $0.cutBy == "upstream" && $0.status == 502 }
        }
    }
}
