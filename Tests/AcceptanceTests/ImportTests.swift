import Foundation
import OneShotProcess
import OneShotTesting
import Testing

@Suite(
    "Integration: what the real agents write is imported",
    .enabled(if: Tool.isAvailable("codex") && Tool.isAvailable(Tool.oneshot), "needs the real Codex: make bootstrap"),
    .serialized,
    .timeLimit(.minutes(5))
)
struct ImportTests {
    private static let script = """
        {"schema_version": 1, "conversations": [
          {"match": "first", "steps": [
            {"reasoning": "I write it.", "shell": "echo walrus > one.txt; cat one.txt"}, {"say": "ONE is done."}]},
          {"match": "second", "steps": [{"say": "TWO is done."}]}]}
        """

    /// The parts of a session that both ways of coming by it must tell alike.
    private static let facts = """
        import json, sys
        session = json.load(sys.stdin)
        for turn in session["turns"]:
            print(turn["response_id"], turn["output"], [call["call_id"] for call in turn["tool_calls"]],
                  ["walrus" in call.get("result", "") for call in turn["tool_calls"]], turn["usage"]["total_tokens"])
        print(session["usage"]["total_tokens"], session["repository"].get("commit"))
        """

    private func facts(_ bench: Bench, _ id: String, in workspace: URL) async throws -> [String] {
        let session = try await bench("sessions", "show", id, "--json", in: workspace)
        #expect(session.succeeded, "\(session.errorText)")
        let result = try await bench.run("python3", ["-c", Self.facts], input: session.text)
        #expect(result.succeeded, "\(result.errorText)\n\(session.text)")
        return result.text.split(separator: "\n").map(String.init)
    }

    @Test("Codex: the rollout tells the same session as the traffic, and adds what was said with the recorder off")
    func codex() async throws {
        try await withBench { bench in
            let repository = bench.workspace.appendingPathComponent("repo")
            let start = "git init -q repo && git -C repo -c user.name=a -c user.email=a@b commit -q --allow-empty -m s"
            #expect(try await bench.run("bash", ["-c", start]).succeeded)
            let trace = ["trace", "--run-id", "run-1"]
            let other = try bench.makeWorkspace("other")
            var id = ""
            try await withPracticeModel(Self.script, bench) { upstream in
                let first = try await bench.run(
                    bench.oneshot.path,
                    trace + [
                        "--upstream", upstream, "--", "codex", "exec", "--skip-git-repo-check",
                        "--dangerously-bypass-approvals-and-sandbox", "-m", "gpt-5-mini", "the first thing",
                    ],
                    in: repository
                )
                #expect(first.text.contains("ONE is done."), "\(first.errorText)")
                let imported = try await bench("sessions", "import", "--from", "codex", "--last", "--json", in: other)
                #expect(imported.succeeded, "\(imported.errorText)")
                id = try #require(imported.text.firstMatch(of: /"session_id": "([^"]+)"/).map { String($0.1) })
                let recorded = try await facts(bench, "run-1", in: bench.workspace)
                #expect(recorded.count == 3, "\(recorded)")
                #expect(try await facts(bench, id, in: other) == recorded)
                // In a workspace of its own, as if the recorder had been off.
                let second = try await bench.run(
                    bench.oneshot.path,
                    [
                        "trace", "--workspace", other.path, "--upstream", upstream, "--", "codex", "exec", "resume", id,
                        "--skip-git-repo-check", "--dangerously-bypass-approvals-and-sandbox", "-m", "gpt-5-mini",
                        "the second thing",
                    ],
                    in: repository
                )
                #expect(second.succeeded, "\(second.errorText)")
            }
            let before = try await facts(bench, id, in: bench.workspace)
            let imported = try await bench("sessions", "import", "--from", "codex")
            #expect(imported.text.contains("recorded as run-1"), "\(imported.text) \(imported.errorText)")
            let merged = try await facts(bench, id, in: bench.workspace)
            #expect(merged.count == before.count + 1, "\(merged)")
            #expect(merged.starts(with: before.dropLast()))
            let again = try await bench("sessions", "import", "--from", "codex")
            #expect(again.succeeded && again.text.isEmpty, "\(again.text)")
            #expect(try await facts(bench, "run-1", in: bench.workspace) == merged)
            let found = try await bench("sessions", "search", "walrus", "--json")
            #expect(found.text.contains("\"session_id\": \"run-1\"") && found.text.contains("\"place\": \"result\""))
        }
    }
}
