import Foundation
import OneShotProcess
import OneShotTesting
import Testing

@Suite(
    "Integration: the real Codex, traced",
    .enabled(if: Tool.isAvailable("codex") && Tool.isAvailable(Tool.oneshot), "needs the real Codex: make bootstrap"),
    .serialized,
    .timeLimit(.minutes(5))
)
struct CodexTraceTests {
    private func codex(_ bench: Bench, _ name: String, options: [String] = []) async throws -> CommandResult {
        let directory = bench.workspace.appendingPathComponent(name)
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        let words =
            ["trace", "--run-id", name] + options + [
                "--", "codex", "exec", "--skip-git-repo-check", "--dangerously-bypass-approvals-and-sandbox",
                "-m", "gpt-5-mini", "this is \(name)",
            ]
        return try await bench.run(bench.oneshot.path, words, in: directory)
    }

    @Test("two at once: two sessions, each whole, each under its own name", arguments: [true, false])
    func together(up: Bool) async throws {
        let script = """
            {"schema_version": 1, "conversations": [
              {"match": "this is one", "steps": [{"shell": "echo 1 > one.txt"}, {"say": "ONE is done."}]},
              {"match": "this is two", "steps": [{"shell": "echo 2 > two.txt"}, {"say": "TWO is done."}]}]}
            """
        try await withBench { bench in
            try await withPracticeModel(script, bench) { upstream in
                if up { #expect(try await bench("up", "--port", "0", "--upstream", upstream).succeeded) }
                let options = up ? [] : ["--upstream", upstream]
                async let one = codex(bench, "one", options: options)
                async let two = codex(bench, "two", options: options)
                let results = try await [one, two]
                #expect(results[0].text.contains("ONE is done."), "\(results[0].errorText)")
                #expect(results[1].text.contains("TWO is done."), "\(results[1].errorText)")
            }
            let sessions = try await bench.rows(
                """
                SELECT session_id, json_array_length(formatted_json, '$.turns'), formatted_json LIKE '%ONE is done%',
                formatted_json LIKE '%TWO is done%' FROM cleaned_sessions ORDER BY 1
                """,
                in: "clean"
            )
            #expect(sessions == ["one|2|1|0", "two|2|0|1"])
            let states = try await bench.rows(
                "SELECT DISTINCT session_id, state FROM traces WHERE method = 'WEBSOCKET' ORDER BY 1"
            )
            #expect(states == ["one|complete", "two|complete"])
            // The noise hosts are off: nothing but the model was called.
            #expect(try await bench.rows("SELECT COUNT(*) FROM traces WHERE url NOT LIKE '%api.openai.com%'") == ["0"])
        }
    }

    @Test(
        "one that talks on is stopped at its limit, at once and for good, whoever started the recorder",
        arguments: [true, false]
    )
    func limits(up: Bool) async throws {
        let script = """
            {"schema_version": 1, "conversations": [{"steps": [
              {"shell": "echo again", "usage": {"input_tokens": 900, "output_tokens": 100}, "repeat": true}]}]}
            """
        try await withBench { bench in
            try await withPracticeModel(script, bench) { upstream in
                if up { #expect(try await bench("up", "--port", "0", "--upstream", upstream).succeeded) }
                let options = up ? [] : ["--upstream", upstream]
                let result = try await codex(bench, "talker", options: ["--token-limit", "2500"] + options)
                #expect(!result.succeeded)
                #expect(
                    result.errorText.contains("stopped: token budget exhausted: 3000 of 2500 tokens used"),
                    "\(result.errorText)"
                )
                #expect(result.errorText.contains("used 3 requests, 2700 input tokens, 300 output tokens, $"))

                let dear = try await codex(bench, "dear", options: ["--cost-limit", "0.0005"] + options)
                #expect(!dear.succeeded)
                #expect(dear.errorText.contains("cost budget exhausted"), "\(dear.errorText)")
            }
            let refused = try await bench.rows(
                "SELECT session_id, COUNT(*) FROM traces WHERE state = 'refused' GROUP BY 1 ORDER BY 1"
            )
            #expect(refused == ["dear|1", "talker|1"])
        }
    }

    @Test("one whose recorder dies gives up instead of waiting for ever")
    func recorderGone() async throws {
        let script = """
            {"schema_version": 1, "conversations": [{"steps": [{"delay_ms": 20000, "say": "too late"}]}]}
            """
        try await withBench { bench in
            try await withPracticeModel(script, bench) { upstream in
                _ = try await bench("up", "--port", "0", "--upstream", upstream)
                async let running = codex(bench, "orphan")
                let isUnderWay = try await eventually {
                    try await bench.rows("SELECT 1 FROM traces WHERE method = 'WEBSOCKET' AND state = 'in_flight'")
                        .count == 1
                }
                #expect(isUnderWay)
                kill(try bench.recorder().process.pid, SIGKILL)
                let result = try await running
                #expect(result.exit == .code(1))
                #expect(result.errorText.contains("has ended"), "\(result.errorText)")
            }
        }
    }

    @Test("codex-synth is codex, and its login is not recorded")
    func synth() async throws {
        try await withBench { bench in
            let bin = bench.home.appendingPathComponent("bin")
            #expect(try await bench("install", "codex-synth", "--bin", bin.path).succeeded)
            let script = bin.appendingPathComponent("codex-synth").path
            let version = try await bench.run(script, ["--version"])
            #expect(version.text.hasPrefix("codex-cli "))
            let login = try await bench.run(script, ["login", "--with-api-key"], input: "sk-not-a-real-key\n")
            #expect(login.succeeded, "\(login.errorText)")
            #expect(!FileManager.default.fileExists(atPath: bench.workspace.appendingPathComponent("data/traces").path))
        }
    }
}
