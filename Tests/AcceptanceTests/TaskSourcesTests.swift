import Foundation
import OneShotProcess
import OneShotTesting
import Testing

@Suite("Integration: tasks of work that is done already, drafted by the practice model", .timeLimit(.minutes(3)))
struct TaskSourcesTests {
    private static let script = #"""
        {"schema_version": 1, "conversations": [
          {"match": "<tests>", "steps": [{"repeat": true, "json": {"criteria": [
            {"id": "notes", "text": "The notes are there.", "tests": ["test_notes_md_has_section_install"], "weight": 0.8},
            {"id": "prose", "text": "They read well.", "tests": [], "weight": 0.2}]}}]},
          {"match": "<first_words>", "steps": [{"repeat": true, "json": {"instruction": "Write notes on installing."}}]}]}
        """#

    private static let repository = #"""
        git init -q repo; cd repo; git config user.name A; git config user.email a@example.com
        echo app > app; git add .; git commit -qm base; printf '# Notes\n\n## Install\n\nRun it.\n' > notes.md
        git add .; git commit -qm 'Write the notes'; echo dirt > dirt
        """#

    private func shell(_ script: String, _ bench: Bench) async throws -> String {
        let result = try await bench.run("bash", ["-euc", script])
        try #require(result.succeeded, "\(script)\n\(result.text)\n\(result.errorText)")
        return result.text
    }

    @Test("from commits to a prepared task, with an instruction and a rubric in the model's words")
    func draft() async throws {
        try await withBench { bench in
            _ = try await shell(Self.repository, bench)
            try await withPracticeModel(Self.script, bench) { upstream in
                let url = upstream.replacing("api.openai.com=", with: "") + "/v1"
                let key = ["OPENAI_API_KEY": "practice", "ONESHOT_JUDGE_BASE_URL": url]
                let repo = bench.workspace.appendingPathComponent("repo")
                let made = try await bench("task", "from-commits", "HEAD", "--draft", in: repo, setting: key)
                try #require(made.succeeded, "\(made.errorText)")
                let task = made.text.trimmingCharacters(in: .newlines)
                let told = try String(contentsOfFile: task + "/overlay_files/LM_INSTRUCTIONS.md", encoding: .utf8)
                #expect(told == "# Write the notes\n\nWrite notes on installing.\n")
                let prepared = try await bench("prepare", task, "--draft", setting: key)
                try #require(prepared.succeeded, "\(prepared.errorText)")
                let directory = prepared.text.trimmingCharacters(in: .newlines)
                let rubric = try await bench("task", "rubric", directory)
                #expect(rubric.text.contains("  notes  80 %  test_notes_md_has_section_install\n"))
                #expect(rubric.text.contains("  prose  20 %  the judge\n"))
            }
        }
    }

    private static let code = #"""
        git init -q repo; cd repo; git config user.name A; git config user.email a@example.com
        printf 'def double(x):\n    return x + x\n' > app.py; git add .; git commit -qm base
        printf 'def double(x):\n    return x + x\n\n\ndef half(x):\n    if x < 0:\n        return 0\n    return x / 2\n' > app.py
        git add .; git commit -qm 'Halve what is not negative'
        """#

    /// A model that writes this test file.
    private static func script(test: String) -> String {
        #"""
        {"schema_version": 1, "conversations": [
          {"match": "<run>", "steps": [{"repeat": true, "json": {"path": "tests/test_half.py", "content":
            "import unittest\nimport app\n\n\nclass Half(unittest.TestCase):\n    def test_half(self):\n        \#(test)\n"}}]},
          {"match": "<tests>", "steps": [{"repeat": true, "json": {"criteria": [
            {"id": "half", "text": "It halves.", "tests": ["test_python_drafted"], "weight": 1}]}}]},
          {"match": "<first_words>", "steps": [{"repeat": true, "json": {"instruction": "Add half to app.py."}}]}]}
        """#
    }

    @Test(
        "tests that the model drafts are proved, or refused by their name",
        .enabled(if: Tool.isAvailable("bwrap"), "needs bubblewrap: apt-get install bubblewrap"),
        arguments: [
            ("self.assertEqual([app.half(4), app.half(-2)], [2, 0])", true),
            ("self.assertEqual(app.double(2), 4)", false),
        ]
    )
    func draftedTests(test: String, isAdmitted: Bool) async throws {
        try await withBench { bench in
            _ = try await shell(Self.code, bench)
            try await withPracticeModel(Self.script(test: test), bench) { upstream in
                let url = upstream.replacing("api.openai.com=", with: "") + "/v1"
                let key = ["OPENAI_API_KEY": "practice", "ONESHOT_JUDGE_BASE_URL": url, "ONESHOT_JUDGE_MODEL": "m-1"]
                let made = try await bench(
                    "task",
                    "from-commits",
                    "HEAD",
                    in: bench.workspace.appendingPathComponent("repo")
                )
                let prepared = try await bench(
                    "prepare",
                    made.text.trimmingCharacters(in: .newlines),
                    "--draft",
                    setting: key
                )
                try #require(prepared.succeeded, "\(prepared.errorText)")
                let directory = prepared.text.trimmingCharacters(in: .newlines)
                let proof = try await bench(
                    "validate",
                    directory,
                    "--engine",
                    "local",
                    "--repeat",
                    "1",
                    "--mutants",
                    "2"
                )
                #expect(proof.exit == .code(isAdmitted ? 0 : 1), "\(proof.text)\n\(proof.errorText)")
                let line = "the suite test_python_drafted, drafted by m-1, is not admitted: it passes without any work"
                #expect(proof.text.contains(line) != isAdmitted, "\(proof.text)")
            }
        }
    }

    @Test("without a key or a model there is one line, and no task")
    func noModel() async throws {
        try await withBench { bench in
            _ = try await shell(Self.repository, bench)
            let repo = bench.workspace.appendingPathComponent("repo")
            for (key, code) in [(nil, 2), ("k", 3)] as [(String?, Int32)] {
                let result = try await bench(
                    "task",
                    "from-commits",
                    "HEAD",
                    "--draft",
                    in: repo,
                    setting: ["OPENAI_API_KEY": key, "ONESHOT_JUDGE_BASE_URL": "http://127.0.0.1:9/v1"]
                )
                #expect(result.exit == .code(code))
                #expect(result.errorText.split(separator: "\n").count == 1)
            }
            #expect(try await bench("task", "list").text == "")
        }
    }

    @Test("a patch and a saved pull request, on the command line")
    func others() async throws {
        try await withBench { bench in
            let pull = #"""
                ; base=$(git rev-parse HEAD~); head=$(git rev-parse HEAD); git diff HEAD~ HEAD > ../p.diff
                printf '{"number": 3, "title": "Notes", "body": "None.", "html_url": "https://github.com/me/app/pull/3",
                "base": {"sha": "%s", "ref": "main"}, "head": {"sha": "%s", "ref": "n"}}' $base $head > ../pull.json
                """#
            _ = try await shell(Self.repository + pull, bench)
            let repo = bench.workspace.appendingPathComponent("repo")
            let before = try await shell(
                "cd repo; git status --porcelain; git rev-parse HEAD; sha1sum .git/index",
                bench
            )
            let patch = try await bench("task", "from-patch", "../p.diff", "--base", "HEAD~", "--title", "N", in: repo)
            #expect(patch.succeeded, "\(patch.errorText)")
            let hub = try await bench("task", "from-github", "me/app#3", "--from", "../pull.json", "--json", in: repo)
            #expect(hub.succeeded, "\(hub.errorText)")
            #expect(hub.text.contains(#""path": "notes.md""#))
            let after = try await shell(
                "cd repo; git status --porcelain; git rev-parse HEAD; sha1sum .git/index",
                bench
            )
            #expect(after == before)
            let check = try await bench("task", "check", "--json", in: repo)
            #expect(check.succeeded)
            #expect(check.text.contains(#""is_ready" : true"#))
        }
    }
}
