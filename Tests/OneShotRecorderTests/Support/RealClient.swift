import Foundation
import OneShotCore
import OneShotProcess
import OneShotTesting
import Testing

@testable import OneShotRecorder

/// A program that is not ours, sent through a recorder by the variables that `oneshot trace` sets.
struct RealClient {
    let bench: Bench
    let runID: String
    let home: URL

    static func run(_ bench: Bench, runID: String = "run-1", _ body: (RealClient) async throws -> Void) async throws {
        try await withTemporaryDirectory { home in
            try await body(RealClient(bench: bench, runID: runID, home: home))
        }
    }

    /// - Returns: the program's result, which is expected to be a success.
    @discardableResult
    func callAsFunction(
        _ program: URL?,
        _ arguments: [String],
        setting changes: [String: String] = [:],
        input: Data = Data()
    ) async throws -> CommandResult {
        let program = try #require(program)
        let proxy = bench.running.proxyURL(runID: RunID(runID))
        let certificate = bench.authority.certificateURL.path
        var variables = [
            "PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": home.path, "TMPDIR": home.path, "LANG": "C.UTF-8",
            "HTTPS_PROXY": proxy, "https_proxy": proxy, "HTTP_PROXY": proxy, "http_proxy": proxy,
            "NODE_EXTRA_CA_CERTS": certificate, "SSL_CERT_FILE": certificate, "CURL_CA_BUNDLE": certificate,
        ]
        variables.merge(changes) { _, new in new }
        let result = try await Command(
            program.path,
            arguments,
            environment: .exactly(variables),
            directory: home,
            input: input,
            timeout: .seconds(90)
        ).run()
        #expect(result.succeeded, "\(result.text)\n\(result.errorText)")
        return result
    }

    /// Runs a Python program; the packages of scripts/requirements-test.txt are there.
    @discardableResult
    func python(_ program: String, setting changes: [String: String] = [:]) async throws -> CommandResult {
        try await self(Tool.python, ["-c", program], setting: changes)
    }

    /// Claude Code's own binary.
    static var claude: URL? { Tool.claude }

    /// Whether the Python of the tests has the clients.
    static var hasPython: Bool { Tool.isAvailable(claude) }
}
