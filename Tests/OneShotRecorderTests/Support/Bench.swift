import Foundation
import OneShotCore
import OneShotTesting
import Testing

@testable import OneShotRecorder

/// A recorder in a directory of its own, with the origin `api.openai.com` played by a test's origin.
struct Bench: RecordingBench {
    let running: RunningRecorder
    let origin: TestOrigin
    let authority: CertificateAuthority
    let database: URL

    static let host = "api.openai.com"

    static func run<Result>(
        budget: Budget? = nil,
        controlToken: String? = nil,
        credentials: [String: String] = [:],
        interception: Interception = .modelAPIs,
        originHasTLS: Bool = true,
        isolation: isolated (any Actor)? = #isolation,
        configure: (inout RecorderConfiguration, TestOrigin) throws -> Void = { _, _ in },
        respond: @escaping @Sendable (TestOrigin.Request) -> [TestOrigin.Step],
        _ body: (Bench) async throws -> Result
    ) async throws -> Result {
        try await withTemporaryDirectory { directory in
            let authority = try CertificateAuthority.loadOrCreate(directory: directory.appendingPathComponent("ca"))
            let other = try CertificateAuthority.loadOrCreate(directory: directory.appendingPathComponent("origin-ca"))
            return try await TestOrigin.run(authority: originHasTLS ? other : nil, respond: respond) { origin in
                var configuration = RecorderConfiguration(
                    listeners: [.tcp(host: "127.0.0.1", port: 0)],
                    database: directory.appendingPathComponent("raw/traces.sqlite3"),
                    authority: authority,
                    upstreams: [host: origin.url],
                    credentials: credentials,
                    budget: budget,
                    controlToken: controlToken,
                    extraTrustRoots: [other.certificateURL],
                    interception: interception
                )
                try configure(&configuration, origin)
                return try await Recorder.run(configuration) { [configuration] running in
                    try await body(
                        Bench(
                            running: running,
                            origin: origin,
                            authority: authority,
                            database: configuration.database
                        )
                    )
                }
            }
        }
    }

    func client(runID: String? = nil) async throws -> TestClient {
        try await TestClient.connect(through: running, to: Self.host, runID: runID, trusting: authority)
    }

    /// Every byte of the database's files.
    func databaseBytes() throws -> Data {
        let directory = database.deletingLastPathComponent()
        return try FileManager.default.contentsOfDirectory(atPath: directory.path).reduce(into: Data()) { data, name in
            data.append(try Data(contentsOf: directory.appendingPathComponent(name)))
        }
    }
}

/// Answers in the form of the Responses API.
enum Answers {
    static func events(_ events: [String]) -> String {
        events.map { "event: x\ndata: \($0)\n\n" }.joined()
    }

    static func completed(input: Int = 10, output: Int = 5) -> String {
        #"{"type":"response.completed","response":{"id":"resp_1","usage":{"input_tokens":\#(input),"output_tokens":\#(output),"total_tokens":\#(input &+ output)}}}"#
    }

    static func json(_ text: String) -> [TestOrigin.Step] {
        [
            .send(
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: \(text.utf8.count)\r\n\r\n\(text)"
            )
        ]
    }

    static func sse(_ text: String) -> [TestOrigin.Step] {
        [
            .send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"),
            .send(chunk(text)), .send("0\r\n\r\n"),
        ]
    }

    static func chunk(_ text: String) -> String { "\(String(text.utf8.count, radix: 16))\r\n\(text)\r\n" }

    static func post(_ path: String, _ body: String, fields: String = "") -> String {
        "POST \(path) HTTP/1.1\r\nHost: api.openai.com\r\nContent-Type: application/json\r\n\(fields)"
            + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }
}
