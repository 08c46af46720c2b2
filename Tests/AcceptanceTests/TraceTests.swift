import Foundation
import OneShotProcess
import OneShotTesting
import Testing

@Suite(
    "Integration: a traced command",
    .enabled(if: Tool.isAvailable(Tool.oneshot) && Tool.isAvailable("sqlite3"), "needs the built oneshot and sqlite3"),
    .serialized,
    .timeLimit(.minutes(3))
)
struct TraceTests {
    @Test("reads our input, writes our output, and ends us as it ends")
    func streams() async throws {
        try await withBench { oneshot in
            let result = try await oneshot(
                "trace",
                "--",
                "sh",
                "-c",
                "cat; echo $RUN_ID >&2; exit 7",
                setting: ["RUN_ID": "mine"],
                input: "given\n"
            )
            #expect(result.text == "given\n")
            #expect(result.errorText.hasPrefix("mine\n"))
            #expect(result.exit == .code(7))
        }
    }

    @Test("leaves no recorder behind that was started for it")
    func nothingLeft() async throws {
        try await withBench { oneshot in
            let result = try await oneshot("trace", "--", "sh", "-c", "cat data/.oneshot/up.json")
            let recorder = try JSONDecoder().decode(Bench.Recorder.self, from: result.standardOutput)
            #expect(ProcessIdentity(pid: recorder.process.pid) == nil)
            #expect(!FileManager.default.fileExists(atPath: oneshot.state.appendingPathComponent("up.json").path))
        }
    }

    @Test("hears of a signal that only we were sent")
    func signal() async throws {
        try await withBench { oneshot in
            let script = "trap 'echo asked; exit 5' TERM; echo ready $PPID.; while :; do sleep 0.05; done"
            let log = oneshot.home.appendingPathComponent("log")
            let trace = Command(
                "sh",
                ["-c", "\"$0\" trace -- sh -c \"$1\"; echo ended with $?", oneshot.oneshot.path, script],
                environment: .inherited(changing: oneshot.environment),
                directory: oneshot.workspace
            )
            _ = try trace.startDetached(log: log)
            func text() throws -> String { try String(contentsOf: log, encoding: .utf8) }
            #expect(try await eventually { try text().contains(".") })
            kill(try #require(text().firstMatch(of: /ready (\d+)\./).flatMap { Int32($0.1) }), SIGTERM)
            #expect(try await eventually { try text().contains("ended with 5") })
            #expect(try text().contains("asked"))
        }
    }

    @Test("two at once without 'up': each is recorded under its own name")
    func together() async throws {
        try await withBench { oneshot in
            try await withEndlessOrigin(oneshot) { origin in
                func curl(_ name: String) async throws -> CommandResult {
                    try await oneshot(
                        "trace",
                        "--run-id",
                        name,
                        "--upstream",
                        "plain.test=http://127.0.0.1:\(origin)",
                        "--",
                        "sh",
                        "-c",
                        "sleep 0.3; curl -s https://plain.test/whole; sleep 0.3"
                    )
                }
                async let first = curl("first")
                async let second = curl("second")
                let results = try await [first, second]
                #expect(results.map(\.text) == ["whole", "whole"], "\(results.map(\.errorText))")
                #expect(results[0].errorText.contains("recorded 1 exchange as first"))
            }
            let rows = try await oneshot.rows("SELECT session_id, state FROM traces ORDER BY session_id")
            #expect(rows == ["first|complete", "second|complete"])
        }
    }

    @Test("uses the recorder of another workspace that the shell's HTTPS_PROXY names, as the guide has it")
    func exportedProxy() async throws {
        try await withBench { oneshot in
            try await withEndlessOrigin(oneshot) { origin in
                _ = try await oneshot("up", "--port", "0", "--upstream", "plain.test=http://127.0.0.1:\(origin)")
                let proxy = "http://127.0.0.1:\(try oneshot.recorder().port)"
                let result = try await oneshot(
                    "trace",
                    "--",
                    "curl",
                    "-s",
                    "https://plain.test/whole",
                    in: try oneshot.makeWorkspace("elsewhere"),
                    setting: ["HTTP_PROXY": proxy, "HTTPS_PROXY": proxy, "ALL_PROXY": proxy, "RUN_ID": "dogfood_1"]
                )
                #expect(result.text == "whole", "\(result.errorText)")
            }
            #expect(try await oneshot.rows("SELECT session_id, state FROM traces") == ["dogfood_1|complete"])
        }
    }

    @Test("the user is told when the recorder ends first")
    func recorderGone() async throws {
        try await withBench { oneshot in
            _ = try await oneshot("up", "--port", "0")
            let pid = try oneshot.recorder().process.pid
            let result = try await oneshot("trace", "--", "sh", "-c", "kill -9 \(pid); sleep 2")
            #expect(result.succeeded)
            #expect(result.errorText.contains("the recorder") && result.errorText.contains("has ended"))
        }
    }

    @Test(
        "what does not make sense is refused in one line",
        arguments: [
            (["trace", "--run-id", "a b", "--", "true"], 2, "run id"),
            (["trace", "--", "no-such-program"], 3, "no-such-program"),
            (["trace", "--upstream", "nonsense", "--", "true"], 2, "HOST=URL"),
        ] as [([String], Int32, String)]
    )
    func refused(words: [String], code: Int32, part: String) async throws {
        try await withBench { oneshot in
            let result = try await oneshot.run(oneshot.oneshot.path, words)
            #expect(result.exit == .code(code))
            #expect(result.errorText.contains(part))
            #expect(result.errorText.split(separator: "\n").count == 1)
        }
    }

    @Test("limits hold for one run, in a recorder that was there before, and cannot be talked away")
    func limits() async throws {
        let script = #"{"schema_version": 1, "conversations": [{"steps": [{"say": "hello", "repeat": true}]}]}"#
        try await withBench { oneshot in
            try await withPracticeModel(script, oneshot) { upstream in
                _ = try await oneshot("up", "--port", "0", "--upstream", upstream)
                let post = """
                    curl -s https://api.openai.com/v1/responses -H 'Content-Type: application/json' -d '{"model": "gpt-5-mini", "input": "hi"}'
                    """
                let limited = try await oneshot(
                    "trace",
                    "--run-id",
                    "one",
                    "--request-limit",
                    "1",
                    "--",
                    "sh",
                    "-c",
                    "\(post); \(post)"
                )
                #expect(limited.text.contains("hello") && limited.text.contains("request_budget_exhausted"))
                #expect(limited.errorText.contains("stopped: request budget exhausted: 1 of 1 requests used"))
                // The command made light of it.
                #expect(limited.exit == .code(1))
                let free = try await oneshot("trace", "--run-id", "two", "--", "sh", "-c", "\(post); \(post)")
                #expect(free.exit == .code(0))
                #expect(free.errorText.contains("used 2 requests"), "\(free.errorText)")
                let again = try await oneshot(
                    "trace",
                    "--run-id",
                    "one",
                    "--request-limit",
                    "9",
                    "--",
                    "sh",
                    "-c",
                    post
                )
                #expect(again.text.contains("request_budget_exhausted"))
                let unknown = try await oneshot(
                    "trace",
                    "--run-id",
                    "three",
                    "--cost-limit",
                    "1",
                    "--",
                    "sh",
                    "-c",
                    post.replacing("gpt-5-mini", with: "mystery")
                )
                #expect(unknown.text.contains("no price is known for mystery"))
            }
        }
    }

    @Test("a limit that is no number of anything is refused")
    func badLimit() async throws {
        try await withBench { oneshot in
            let result = try await oneshot("trace", "--cost-limit=-1", "--", "true")
            #expect(result.exit == .code(2))
            #expect(result.errorText.contains("--cost-limit"))
        }
    }
}
