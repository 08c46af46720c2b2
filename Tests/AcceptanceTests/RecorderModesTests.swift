import Foundation
import OneShotProcess
import OneShotTesting
import Testing

@Suite(
    "Integration: the recorder's modes",
    .enabled(if: Tool.isAvailable(Tool.oneshot) && Tool.isAvailable("sqlite3"), "needs the built oneshot and sqlite3"),
    .serialized,
    .timeLimit(.minutes(3))
)
struct RecorderModesTests {
    @Test("a client that takes a base URL is recorded by a port that stands for its upstream")
    func reverse() async throws {
        try await withBench { oneshot in
            try await withEndlessOrigin(oneshot) { origin in
                let up = try await oneshot("up", "--port", "0", "--reverse", "http://127.0.0.1:\(origin)")
                #expect(up.succeeded, "\(up.errorText)")
                let line = try #require(up.text.split(separator: "\n").first { $0.contains("stands for") })
                let base = String(line.prefix { $0 != " " })
                let answer = try await oneshot.run("curl", ["-s", "\(base)/~my-run/whole"])
                #expect(answer.text == "whole", "\(answer.errorText)")
                let recorded = try await eventually {
                    try await oneshot.rows("SELECT session_id, url FROM traces WHERE state = 'complete'")
                        == ["my-run|http://127.0.0.1:\(origin)/whole"]
                }
                #expect(recorded)
                let rebound = try await oneshot.run("curl", ["-s", "-H", "Host: evil.example", "\(base)/whole"])
                #expect(rebound.text.contains("no such name"))
            }
        }
    }

    @Test("a recorder is open to others with a token only, which its own clients know")
    func token() async throws {
        try await withBench { oneshot in
            let refused = try await oneshot("up", "--port", "0", "--host", "0.0.0.0")
            #expect(refused.exit == .code(2) && refused.errorText.contains("--token"))
            #expect(refused.errorText.split(separator: "\n").count == 1)
            try await withEndlessOrigin(oneshot) { origin in
                let up = try await oneshot(
                    "up",
                    "--port",
                    "0",
                    "--host",
                    "0.0.0.0",
                    "--token",
                    "--upstream",
                    "plain.test=http://127.0.0.1:\(origin)"
                )
                #expect(up.succeeded, "\(up.errorText)")
                let shown = try #require(up.text.split(separator: "\n").first { $0.hasPrefix("the token is ") })
                let token = String(shown.dropFirst("the token is ".count))
                let again = try await oneshot("up")
                #expect(!again.text.contains(token))

                let port = try oneshot.recorder().port
                let stranger = try await oneshot.run(
                    "curl",
                    ["-s", "-x", "http://x:wrong@127.0.0.1:\(port)", "http://plain.test/whole"]
                )
                #expect(stranger.text.contains("asks for a token"))
                let traced = try await oneshot(
                    "trace",
                    "--run-id",
                    "run-1",
                    "--",
                    "curl",
                    "-s",
                    "https://plain.test/whole"
                )
                #expect(traced.text == "whole", "\(traced.errorText)")
                #expect(try await oneshot.rows("SELECT session_id FROM traces WHERE state = 'complete'") == ["run-1"])
                #expect(try await oneshot("status").text.contains("connections"))
                #expect(try await oneshot("doctor").text.contains("✅ HTTPS interception"))
                let state = try String(contentsOf: oneshot.state.appendingPathComponent("up.json"), encoding: .utf8)
                #expect(!state.contains(token))
            }
        }
    }

    @Test("the recorder itself goes through the proxy that its environment names, and never through a recorder")
    func upstreamProxy() async throws {
        try await withBench { oneshot in
            try await withEndlessOrigin(oneshot) { origin in
                let other = try oneshot.makeWorkspace("other")
                // A recorder in the place of a company's proxy; it is asked by a name that nobody else knows.
                _ = try await oneshot(
                    "up",
                    "--port",
                    "0",
                    "--upstream",
                    "far.test=http://127.0.0.1:\(origin)",
                    in: other
                )
                let proxy = "http://corp:secret-word@127.0.0.1:\(try oneshot.recorder(of: other).port)"
                let up = try await oneshot("up", "--port", "0", setting: ["ONESHOT_UPSTREAM_PROXY": proxy])
                #expect(up.succeeded, "\(up.errorText)")
                let words = ["trace", "--", "curl", "-s", "http://far.test/whole"]
                #expect(try await oneshot.run(oneshot.oneshot.path, words).text == "whole")
                let state = try String(contentsOf: oneshot.state.appendingPathComponent("up.json"), encoding: .utf8)
                #expect(state.contains("--upstream-proxy") && !state.contains("secret-word"))
                _ = try await oneshot("down")

                let direct = try await oneshot(
                    "up",
                    "--port",
                    "0",
                    setting: ["HTTP_PROXY": proxy, "HTTPS_PROXY": proxy]
                )
                #expect(direct.succeeded, "\(direct.errorText)")
                let answer = try await oneshot.run(oneshot.oneshot.path, words)
                #expect(answer.text.contains("cannot reach far.test:80: no such host"), "\(answer.text)")
            }
        }
    }
}
