import Foundation
import OneShotProcess
import OneShotTesting
import Testing

/// The beginning of programs that try the command line: a prepared task of one file, made by hand.
enum PreparedByHand {
    private static let program = #"""
        import glob, json, os, shutil, sqlite3, subprocess, sys, time
        oneshot = sys.argv[1]
        for name in ("OPENAI_API_KEY", "ANTHROPIC_API_KEY"):
            os.environ.pop(name, None)
        def run(*words, check=True):
            done = subprocess.run(words, capture_output=True, text=True)
            assert not check or done.returncode == 0, done
            return done.stdout
        def write(path, text):
            os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
            open(path, "w").write(text)

        # A prepared task: a file has to say 'done'.
        task = "data/tasks/prepared/say"
        write("repository/README.md", "start\n")
        git = ("git", "-C", "repository", "-c", "user.name=a", "-c", "user.email=a@b")
        run(*git, "init", "-q", "-b", "main"); run(*git, "add", "."); run(*git, "commit", "-qm", "start")
        os.makedirs(task)
        run(*git, "bundle", "create", "-q", os.path.abspath(task + "/repo.bundle"), "refs/heads/main")
        write("repository/done.txt", "done\n"); run(*git, "add", ".")
        write(task + "/solution/diff.patch", run(*git, "diff", "--cached"))
        write(task + "/Dockerfile", "FROM debian:bookworm-slim\n")
        write(task + "/overlay_files/LM_INSTRUCTIONS.md", "Say done.\n")
        write(task + "/evaluation/rubric_template.md", "# Rubric: say\n## says (1)\n- tests: test_says\n")
        write(task + "/evaluation/tests_skeleton/test_skeleton.py",
            "def test_says():\n    assert open('done.txt').read() == 'done\\n'\n")
        write(task + "/tb_meta.json", json.dumps({"schema_version": 1, "task_id": "say",
            "metadata": {"title": "say", "tags": []}, "repo": {"git_url": "", "branch": "main", "start_commit_sha": "",
            "end_commit_sha": "", "subdir": "", "sparse_checkout": []}, "lm": {"instructions": "Say done.\n"},
            "evaluation": {"rubrics": [], "test_scripts": []}, "sensitivity": {"level": "unknown"}}))

        """#

    /// Runs the program behind that which prepares the task, in a directory of its own.
    static func run(_ rest: String) async throws {
        let oneshot = try #require(Tool.oneshot)
        try await withTemporaryDirectory { directory in
            let command = Command(
                "python3",
                ["-c", program + rest, oneshot.path],
                directory: directory,
                timeout: .seconds(240)
            )
            let result = try await command.run()
            #expect(result.succeeded, "\(result.errorText)")
        }
    }
}
