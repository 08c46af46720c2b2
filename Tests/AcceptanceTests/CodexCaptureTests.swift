import Foundation
import OneShotProcess
import OneShotTesting
import Testing

@Suite(
    "Integration: the real Codex captures its own work",
    .enabled(if: Tool.isAvailable("codex") && Tool.isAvailable(Tool.oneshot), "needs the real Codex: make bootstrap"),
    .serialized,
    .timeLimit(.minutes(5))
)
struct CodexCaptureTests {
    /// A model of each of the dialects in which Codex offers tools: direct, deferred, code mode.
    private static let models = ["gpt-5-mini", "gpt-5.5", "gpt-6.1-sol"]

    @Test("over MCP, in each tool dialect, sandboxed, recorded", arguments: models)
    func capture(model: String) async throws {
        let oneshot = try #require(Tool.oneshot)
        let codex = try #require(Tool.codex)
        // Not below TMPDIR, where Codex refuses to have its home.
        try await withTemporaryDirectory { directory in
            let result = try await Command(
                "bash",
                ["-c", Self.script, "test", oneshot.path, model],
                environment: .inherited(changing: [
                    "HOME": directory.path, "TMPDIR": directory.appendingPathComponent("tmp").path,
                    "CODEX_HOME": directory.appendingPathComponent("codex").path, "ONESHOT_CODEX": codex.path,
                    "CODEX_API_KEY": "practice", "RUN_ID": nil, "ONESHOT_RUN_ID": nil,
                ]),
                directory: directory,
                timeout: .seconds(120)
            ).run()
            #expect(result.succeeded, "\(result.text)\n\(result.errorText)")
        }
    }

    private static let script = #"""
        set -eu -o pipefail
        oneshot=$1 model=$2
        mkdir -p tmp codex repo data
        cat > script.json <<'JSON'
        {"schema_version": 1, "conversations": [{"match": "Please", "steps": [
          {"shell": "echo again >> greeting.txt"}, {"say": "Written."}]}, {"steps": [
          {"mcp": {"tool": "repo.start_task.v1", "arguments": {"title": "Write a greeting", "labels": ["greeting"]}}},
          {"shell": "echo hello > greeting.txt"},
          {"mcp": {"tool": "repo.end_task.v1", "arguments": {"summary": "THE-SUMMARY"}}},
          {"say": "Done."}]}]}
        JSON
        "$oneshot" model serve script.json > model.log 2>&1 &
        model_pid=$!
        trap 'kill $model_pid 2>/dev/null; cd "$HOME"; "$oneshot" down >/dev/null 2>&1' EXIT
        for _ in $(seq 100); do grep -q 'listening on' model.log && break; sleep 0.1; done
        url=$(sed -nE 's|.*listening on (http://[0-9.:]+).*|\1|p' model.log | head -1)
        "$oneshot" up --port 0 --upstream "api.openai.com=$url"
        "$oneshot" mcp install

        cd repo
        git init -q
        echo a > a && git add a && git -c user.name=a -c user.email=a@b commit -qm a
        state() { git status --porcelain; git reflog; git stash list; git rev-parse HEAD; cat .git/index .git/config | sha256sum; }
        before=$(state)
        "$oneshot" trace --run-id "run-$model" -- codex exec --skip-git-repo-check -m "$model" -s workspace-write \
            "Use the repo.start_task.v1 tool. Then write a greeting. Then use repo.end_task.v1." </dev/null
        [ "$(state | grep -v '^?? greeting.txt$')" = "$before" ]
        cd ..

        task=$(ls -d data/tasks/created/*/)
        grep -q '^+hello$' "$task/overlay_files/diff.patch"
        grep -q 'Then write a greeting.' "$task/overlay_files/LM_INSTRUCTIONS.md"
        if grep -rq 'THE-SUMMARY' "$task/overlay_files/LM_INSTRUCTIONS.md" "$task/tb_meta.json"; then exit 1; fi
        grep -q 'THE-SUMMARY' "$task/overlay_files/notes.md"
        [ "$(cat "$task/trace/session_id.txt")" = "run-$model" ]
        grep -q 'repo_end_task_v1' "$task/trace/session_clean.json"

        # In one go, from the shell.
        cd repo
        created=$("$oneshot" task create "Please write a greeting." --quiet -- -m "$model" -s workspace-write | tail -1)
        cd ..
        grep -qx 'Please write a greeting.' "$created/overlay_files/LM_INSTRUCTIONS.md"
        grep -q '"output"' "$created/trace/session_clean.json"
        grep -q '^+again$' "$created/overlay_files/diff.patch"

        "$oneshot" mcp uninstall
        [ ! -s codex/config.toml ]
        """#
}
