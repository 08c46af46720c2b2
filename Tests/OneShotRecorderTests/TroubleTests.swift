import Foundation
import NIOConcurrencyHelpers
import OneShotCore
import OneShotStore
import OneShotTesting
import Testing

@testable import OneShotRecorder

@Suite("Trouble", .timeLimit(.minutes(1)))
struct TroubleTests {
    static let partial: [TestOrigin.Step] = [
        .send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"),
        .send(Answers.chunk("data: one\n\n")),
    ]

    @Test("a stream cut by the upstream keeps its events, for the client and in the row")
    func cutByUpstream() async throws {
        try await Bench.run(respond: { _ in Self.partial + [.wait(milliseconds: 50), .close] }) { bench in
            let client = try await bench.client()
            try await client.send(Answers.post("/v1/responses", "{}"))
            let text = try await client.readToEnd()
            #expect(text.hasSuffix(Answers.chunk("data: one\n\n")))
            let row = try #require(try await bench.rows(1) { $0.state == .cut }.first)
            #expect(row.cutBy == "upstream")
            #expect(row.status == 200)
            #expect(row.responseJSON == #"{"_raw":"data: one\n\n"}"#)
        }
    }

    @Test("a client that leaves in the middle is recorded, and its upstream connection ends")
    func cutByClient() async throws {
        try await Bench.run(respond: { _ in Self.partial }) { bench in
            let client = try await bench.client()
            try await client.send(Answers.post("/v1/responses", "{}"))
            try await client.read(until: "data: one")
            try await client.close()
            let row = try #require(try await bench.rows(1) { $0.state == .cut }.first)
            #expect(row.cutBy == "client")
            #expect(row.responseJSON == #"{"_raw":"data: one\n\n"}"#)
        }
    }

    @Test("a connection that ends before any answer is a 502 that says so")
    func noAnswer() async throws {
        try await Bench.run(respond: { _ in [.close] }) { bench in
            let client = try await bench.client()
            try await client.send(Answers.post("/v1/responses", "{}"))
            let text = try await client.read(until: "before the end of its answer")
            #expect(text.hasPrefix("HTTP/1.1 502 "))
            try await bench.rows(1) { $0.state == .cut && $0.cutBy == "upstream" && $0.status == 502 }
        }
    }

    @Test("an upstream that cannot be reached is a 502 that names it, and the connection goes on")
    func unreachable() async throws {
        try await Bench.run(respond: { _ in Answers.json("{}") }) { bench in
            let client = try await TestClient.connect(port: bench.running.port)
            try await client.send("GET http://127.0.0.1:1/ HTTP/1.1\r\nHost: x\r\n\r\n")
            let text = try await client.read(until: "cannot reach 127.0.0.1:1: connection refused")
            #expect(text.hasPrefix("HTTP/1.1 502 "))
            try await bench.rows(1) {
                $0.state == .cut && $0.status == 502 && $0.metaJSON.contains("connection refused")
            }
            client.forget()
            try await client.send("GET http://localhost:\(bench.running.port)/health HTTP/1.1\r\nHost: x\r\n\r\n")
            try await client.read(until: "\"status\":\"ok\"")

            let tunnel = try await TestClient.connect(port: bench.running.port)
            try await tunnel.send("CONNECT 127.0.0.1:1 HTTP/1.1\r\n\r\n")
            try await tunnel.read(until: "HTTP/1.1 502 ")
        }
    }

    @Test("a certificate that nobody vouches for is a 502 that names the host")
    func untrustedUpstream() async throws {
        try await withTemporaryDirectory { directory in
            let authority = try CertificateAuthority.loadOrCreate(directory: directory.appendingPathComponent("ca"))
            let unknown = try CertificateAuthority.loadOrCreate(directory: directory.appendingPathComponent("unknown"))
            try await TestOrigin.run(authority: unknown, respond: { _ in Answers.json("{}") }) { origin in
                let configuration = RecorderConfiguration(
                    listeners: [.tcp(host: "127.0.0.1", port: 0)],
                    database: directory.appendingPathComponent("raw.sqlite3"),
                    authority: authority,
                    upstreams: [Bench.host: origin.url]
                )
                try await Recorder.run(configuration) { running in
                    let client = try await TestClient.connect(through: running, to: Bench.host, trusting: authority)
                    try await client.send(Answers.post("/v1/responses", "{}"))
                    let text = try await client.read(until: "its certificate is not trusted")
                    #expect(text.hasPrefix("HTTP/1.1 502 "))
                    #expect(text.contains("localhost"))
                }
                #expect(origin.requests.withLockedValue { $0.isEmpty })
            }
        }
    }

    @Test(
        "garbage is answered with 400 and does not disturb others",
        arguments: [
            "hello there\r\n\r\n", "\u{0}\u{1}\u{2}", "GET / HTTP/1.1\r\nA: 1\r\n b\r\n\r\n",
            "CONNECT :443 HTTP/1.1\r\n\r\n",
            "POST http://a/ HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
            "GET ftp://a/ HTTP/1.1\r\n\r\n",
        ]
    )
    func garbage(text: String) async throws {
        try await Bench.run(respond: { _ in Self.partial + [.wait(milliseconds: 300), .send("0\r\n\r\n")] }) { bench in
            let other = try await bench.client()
            try await other.send(Answers.post("/v1/responses", "{}"))
            try await other.read(until: "data: one")
            let client = try await TestClient.connect(port: bench.running.port)
            try await client.send(text)
            let answer = try await client.readToEnd()
            #expect(answer.hasPrefix("HTTP/1.1 400 "))
            try await other.read(until: "0\r\n\r\n")
        }
    }

    @Test("an answer that is no HTTP is a 502")
    func garbageAnswer() async throws {
        try await Bench.run(respond: { _ in [.send("SSH-2.0-x\r\n")] }) { bench in
            let client = try await bench.client()
            try await client.send(Answers.post("/v1/responses", "{}"))
            let text = try await client.read(until: "malformed")
            #expect(text.hasPrefix("HTTP/1.1 502 "))
        }
    }

    @Test("an answer of ours that comes before the end of the request leaves the connection in order")
    func earlyAnswer() async throws {
        try await Bench.run(
            respond: { _ in [] }
        ) { bench in
            let client = try await TestClient.connect(port: bench.running.port)
            try await client.send("POST http://mitm.it/nothing HTTP/1.1\r\nContent-Length: 4\r\n\r\n")
            try await client.read(until: "HTTP/1.1 404 ")
            try await client.send("body")
            client.forget()
            try await client.send("GET http://mitm.it/cert/pem HTTP/1.1\r\n\r\n")
            try await client.read(until: "-----BEGIN CERTIFICATE-----")
        }
    }

    @Test("what a killed recorder left in flight is marked at the next start")
    func abandoned() async throws {
        try await withTemporaryDirectory { directory in
            let database = directory.appendingPathComponent("raw.sqlite3")
            let row = Exchange(
                startedAtMs: 1,
                method: "POST",
                url: "https://api.openai.com/v1/responses",
                transport: .http,
                sessionID: "run-1",
                responseJSON: #"{"_raw":"data: one\n\n"}"#
            )
            _ = try await RawStore.openForWriting(database).save([row])
            let configuration = RecorderConfiguration(
                listeners: [.tcp(host: "127.0.0.1", port: 0)],
                database: database,
                authority: try CertificateAuthority.loadOrCreate(directory: directory.appendingPathComponent("ca"))
            )
            try await Recorder.run(configuration) { _ in }
            let stored = try #require(try await RawStore.openForReading(database).exchanges(ofSession: "run-1").first)
            #expect(stored.state == .cut)
            #expect(stored.cutBy == "recorder")
            #expect(stored.responseJSON == row.responseJSON)
        }
    }

    @Test("a recorder that ends marks what is in flight, and keeps what came")
    func stopped() async throws {
        try await withTemporaryDirectory { directory in
            let database = directory.appendingPathComponent("raw.sqlite3")
            let authority = try CertificateAuthority.loadOrCreate(directory: directory.appendingPathComponent("ca"))
            try await TestOrigin.run(authority: nil, respond: { _ in Self.partial }) { origin in
                let configuration = RecorderConfiguration(
                    listeners: [
                        .unixSocket(path: directory.appendingPathComponent("s").path), .tcp(host: "127.0.0.1", port: 0),
                    ],
                    database: database,
                    authority: authority,
                    upstreams: [Bench.host: origin.url]
                )
                try await Recorder.run(configuration) { running in
                    let client = try await TestClient.connect(
                        through: running,
                        to: Bench.host,
                        runID: "run-1",
                        trusting: authority
                    )
                    try await client.send(Answers.post("/v1/responses", "{}"))
                    try await client.read(until: "data: one")
                }
            }
            // All of it is in the one file.
            let log = try? FileManager.default.attributesOfItem(atPath: database.path + "-wal")[.size] as? Int
            #expect((log ?? 0) == 0)
            let stored = try #require(try await RawStore.openForReading(database).exchanges(ofSession: "run-1").first)
            #expect(stored.state == .cut)
            #expect(stored.cutBy == "recorder")
            #expect(stored.responseJSON == #"{"_raw":"data: one\n\n"}"#)
            #expect(!FileManager.default.fileExists(atPath: directory.appendingPathComponent("s").path))
        }
    }

    @Test("a port that is taken names who holds it, and leaves it alone")
    func portTaken() async throws {
        try await TestOrigin.run(authority: nil, respond: { _ in Answers.json("{}") }) { origin in
            try await withTemporaryDirectory { directory in
                let configuration = RecorderConfiguration(
                    listeners: [.tcp(host: "127.0.0.1", port: origin.port)],
                    database: directory.appendingPathComponent("raw.sqlite3"),
                    authority: try CertificateAuthority.loadOrCreate(directory: directory.appendingPathComponent("ca"))
                )
                let error = await #expect(throws: RecorderError.self) { try await Recorder.run(configuration) { _ in } }
                guard case .portTaken("127.0.0.1", origin.port, let holder) = error else {
                    Issue.record("\(String(describing: error))")
                    return
                }
                #if os(Linux)
                    #expect(holder?.contains("process \(ProcessInfo.processInfo.processIdentifier)") == true)
                #endif
                let client = try await TestClient.connect(port: origin.port)
                try await client.send("GET / HTTP/1.1\r\n\r\n")
                try await client.read(until: "200 OK")
            }
        }
    }
}
