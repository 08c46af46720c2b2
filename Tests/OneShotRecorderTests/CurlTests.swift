import Foundation
import OneShotCore
import OneShotProcess
import OneShotStore
import OneShotTesting
import Testing

@testable import OneShotRecorder

@Suite("Integration: curl", .timeLimit(.minutes(2)))
struct CurlTests {
    private static func curl(_ bench: HTTP2Bench, _ arguments: [String]) async throws -> CommandResult {
        try await Command(
            "curl",
            [
                "--silent", "--show-error", "--proxy", "http://run-1:x@127.0.0.1:\(bench.running.port)",
                "--cacert", bench.authority.certificateURL.path,
            ] + arguments,
            timeout: .seconds(60)
        ).run()
    }

    @Test("speaks HTTP/2 where the origin does, from the first connection on")
    func http2() async throws {
        try await HTTP2Bench.run(respond: { HTTP2Origin.Step.json("{\"path\":\"\($0.path)\"}") }) { bench in
            let url = "https://localhost:\(bench.origin.port)/v1/x"
            for _ in 1...2 {
                let result = try await Self.curl(bench, ["--http2", "-w", "%{http_version}", "-d", "{}", url])
                #expect(result.text == "{\"path\":\"/v1/x\"}2", "\(result.errorText)")
            }
            let rows = try await bench.rows(2) { $0.state == .complete }
            #expect(rows.allSatisfy { $0.sessionID == "run-1" && $0.requestJSON == "{}" })
        }
    }

    @Test("speaks HTTP/1.1 where the origin does, or where it wants to itself", arguments: ["--http2", "--http1.1"])
    func http1(flag: String) async throws {
        try await withTemporaryDirectory { directory in
            let other = try CertificateAuthority.loadOrCreate(directory: directory.appendingPathComponent("origin-ca"))
            let authority = try CertificateAuthority.loadOrCreate(directory: directory.appendingPathComponent("ca"))
            try await TestOrigin.run(authority: other, respond: { _ in Answers.json("{}") }) { origin in
                let configuration = RecorderConfiguration(
                    listeners: [.tcp(host: "127.0.0.1", port: 0)],
                    database: directory.appendingPathComponent("raw.sqlite3"),
                    authority: authority,
                    extraTrustRoots: [other.certificateURL],
                    interception: Interception(hosts: ["localhost"])
                )
                try await Recorder.run(configuration) { running in
                    let arguments = [
                        "--silent", "--show-error", "--proxy", "http://127.0.0.1:\(running.port)", "--cacert",
                        authority.certificateURL.path, flag, "-w", "%{http_version}",
                        "https://localhost:\(origin.port)/",
                    ]
                    for _ in 1...2 {
                        let result = try await Command("curl", arguments, timeout: .seconds(60)).run()
                        #expect(result.text == "{}1.1", "\(result.errorText)")
                    }
                }
            }
        }
    }

    @Test("sends and takes three megabytes, and many streams on one connection")
    func large() async throws {
        let size = 3 << 20
        let text = String(repeating: "y", count: size)
        try await HTTP2Bench.run(
            respond: { [.ok("text/plain"), $0.path == "/echo" ? .data($0.body) : .text($0.path), .end] }
        ) { bench in
            try await withTemporaryDirectory { directory in
                let file = directory.appendingPathComponent("body")
                try Data(text.utf8).write(to: file)
                let root = "https://localhost:\(bench.origin.port)"
                let echo = try await Self.curl(bench, ["--http2", "--data-binary", "@\(file.path)", "\(root)/echo"])
                #expect(echo.standardOutput.count == size, "\(echo.errorText)")
                let many = try await Self.curl(
                    bench,
                    ["--http2", "--parallel", "--parallel-immediate", "-w", "%{http_version}\n", "-o", "/dev/null"]
                        + ["\(root)/[1-20]"]
                )
                #expect(many.text == String(repeating: "2\n", count: 20), "\(many.errorText)")
            }
            try await bench.rows(21) { $0.state == .complete }
        }
    }
}
