import Foundation
import NIOHPACK
import OneShotCore
import OneShotTesting
import Testing

@testable import OneShotRecorder

/// A recorder that reads `localhost`, and an origin there that speaks HTTP/2.
struct HTTP2Bench: RecordingBench {
    let running: RunningRecorder
    let origin: HTTP2Origin
    let authority: CertificateAuthority
    let database: URL

    static func run<Result>(
        budget: Budget? = nil,
        credentials: [String: String] = [:],
        protocols: [String] = ["h2"],
        answersEarly: Bool = false,
        isolation: isolated (any Actor)? = #isolation,
        configure: (inout RecorderConfiguration) -> Void = { _ in },
        respond: @escaping @Sendable (HTTP2Origin.Request) -> [HTTP2Origin.Step],
        _ body: (HTTP2Bench) async throws -> Result
    ) async throws -> Result {
        try await withTemporaryDirectory { directory in
            let authority = try CertificateAuthority.loadOrCreate(directory: directory.appendingPathComponent("ca"))
            let other = try CertificateAuthority.loadOrCreate(directory: directory.appendingPathComponent("origin-ca"))
            return try await HTTP2Origin.run(
                authority: other,
                protocols: protocols,
                answersEarly: answersEarly,
                respond: respond
            ) { origin in
                var configuration = RecorderConfiguration(
                    listeners: [.tcp(host: "127.0.0.1", port: 0)],
                    database: directory.appendingPathComponent("raw.sqlite3"),
                    authority: authority,
                    credentials: credentials,
                    budget: budget,
                    extraTrustRoots: [other.certificateURL],
                    interception: Interception(hosts: ["localhost"])
                )
                configure(&configuration)
                return try await Recorder.run(configuration) { [configuration] running in
                    try await body(
                        HTTP2Bench(
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

    func client(runID: String? = nil, token: String = "oneshot") async throws -> HTTP2TestClient {
        try await HTTP2TestClient.connect(
            through: running,
            to: "localhost:\(origin.port)",
            runID: runID,
            token: token,
            trusting: authority
        )
    }
}

extension HTTP2Origin.Step {
    static func ok(_ type: String = "application/json") -> HTTP2Origin.Step {
        .head([":status": "200", "content-type": type])
    }

    static func json(_ text: String) -> [HTTP2Origin.Step] { [.ok(), .text(text), .end] }
}
