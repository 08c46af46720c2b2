import Foundation
import NIOConcurrencyHelpers
import NIOCore
import OneShotCore
import OneShotProcess
import OneShotStore
import OneShotTesting
import OneShotWire
import Testing

@testable import OneShotRecorder

@Suite(
    "Integration: clients, curl",
    .enabled(if: Tool.isAvailable("curl"), "needs curl: make bootstrap"),
    .timeLimit(.minutes(3))
)
struct IntegrationClientsCurlTests {
    private static let url = "https://api.openai.com/v1/echo"

    /// Answers every request with its own body.
    private static func echo(_ request: TestOrigin.Request) -> [TestOrigin.Step] {
        let head =
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: \(request.bytes.readableBytes)\r\n\r\n"
        return [.send(head), .sendBytes(request.bytes)]
    }

    @Test("what is sent comes back, and is in the store", arguments: ["--http1.0", "--http1.1", "--http2"])
    func echoes(version: String) async throws {
        try await Bench.run(respond: Self.echo) { bench in
            try await RealClient.run(bench) { client in
                let body = #"{"say":"h\u00e9llo","n":[1,2,3]}"#
                // Twice in one process: on one connection, where the version has that.
                let result = try await client(
                    Tool.find("curl"),
                    ["-sS", "--fail", version, "-H", "Content-Type: application/json", "--data-binary", "@-"]
                        + ["-o", "-", Self.url, "-o", "-", Self.url + "/again"],
                    input: Data(body.utf8)
                )
                #expect(result.text.hasPrefix(body))
                let rows = try await bench.rows(2) { $0.state == .complete && $0.method == "POST" }
                #expect(rows.map(\.url) == [Self.url, Self.url + "/again"])
                #expect(rows.map(\.status) == [200, 200])
                #expect(rows.map(\.sessionID) == ["run-1", "run-1"])
                #expect(rows[0].requestJSON == body)
                #expect(rows[0].responseJSON == body)
            }
        }
    }

    @Test("a large upload in chunks and a large download are whole")
    func large() async throws {
        try await Bench.run(respond: Self.echo) { bench in
            try await RealClient.run(bench) { client in
                let body = "[" + (0..<300_000).map(String.init).joined(separator: ",") + "]"
                let result = try await client(
                    Tool.find("curl"),
                    ["-sS", "--fail", "--http1.1", "-H", "Content-Type: application/json", "-T", "-", Self.url],
                    input: Data(body.utf8)
                )
                #expect(result.text == body)
                let row = try #require(try await bench.rows(1) { $0.state == .complete && $0.method == "PUT" }.first)
                #expect(row.requestJSON == body)
                #expect(row.responseJSON == body)
            }
        }
    }

    @Test("a body in a content coding goes on as it came and is stored decoded", arguments: ["gzip", "zstd"])
    func codings(coding: String) async throws {
        try await Bench.run(respond: { _ in Answers.json("{}") }) { bench in
            try await RealClient.run(bench) { client in
                let body = #"{"input":"\#(String(repeating: "again and ", count: 500))"}"#
                let file = client.home.appendingPathComponent("body")
                try Data(body.utf8).write(to: file)
                let packed = client.home.appendingPathComponent("packed")
                // The recorder is no matter for these programs.
                try await client(Tool.find("bash"), ["-c", "\(coding) -c <body >packed"])
                try await client(
                    Tool.find("curl"),
                    ["-sS", "--fail", "-H", "Content-Type: application/json", "-H", "Content-Encoding: \(coding)"]
                        + ["--data-binary", "@packed", Self.url]
                )
                let row = try #require(try await bench.rows(1) { $0.state == .complete && $0.method == "POST" }.first)
                #expect(row.requestJSON == body)
                let sent = try #require(bench.origin.requests.withLockedValue { $0.first })
                #expect(sent.bytes == ByteBuffer(bytes: try Data(contentsOf: packed)))
                #expect(sent.head.first("content-encoding") == coding)
            }
        }
    }

    @Test("an answer in br goes on as it came, is stored decoded and counts against the budget")
    func brotli() async throws {
        let usage = #"{"usage":{"input_tokens":7,"output_tokens":3}}"#
        // Stored without compression (RFC 7932, section 9.2): one last but one metablock of these bytes, and an end.
        let length = usage.utf8.count - 1
        var packed = ByteBuffer(bytes: [
            UInt8(length & 0x0F) << 4, UInt8(length >> 4 & 0xFF), UInt8(length >> 12 & 0x0F) | 0x10,
        ])
        packed.writeString(usage + "\u{3}")
        let answer = packed
        try await Bench.run(
            budget: Budget(tokens: 1000),
            respond: { _ in
                let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: br\r\n"
                return [.send(head + "Content-Length: \(answer.readableBytes)\r\n\r\n"), .sendBytes(answer)]
            }
        ) { bench in
            try await RealClient.run(bench) { client in
                let result = try await client(
                    Tool.find("curl"),
                    ["-sS", "--fail", "--compressed", "-d", "{}", "https://api.openai.com/v1/responses"]
                )
                #expect(result.text == usage)
                let row = try #require(try await bench.rows(1) { $0.state == .complete && $0.method == "POST" }.first)
                #expect(row.responseJSON == usage)
                #expect(await bench.running.usage(ofSession: "run-1") == Usage(inputTokens: 7, outputTokens: 3))
            }
        }
    }
}
