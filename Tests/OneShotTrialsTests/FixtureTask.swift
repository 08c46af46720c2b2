import Foundation
import OneShotCore
import OneShotGit

/// A small prepared task: `calc.py` adds wrongly, and has to say what it does in `README.md`.
struct FixtureTask {
    var solution = ["calc.py": "def add(a, b):\n    return a + b\n", "README.md": "# calc\n\nAdds.\n\n## Usage\n"]
    var rubric = """
        # Rubric: calc
        ## adds (weight: 0.6)
        It adds.
        - tests: test_adds
        ## explains (weight: 0.2)
        The README has a section on usage.
        - tests: test_usage
        ## tidy (weight: 0.2)
        The change is as small as it can be.
        - judge

        """
    var tests = """
        import subprocess, sys
        def test_adds():
            run = subprocess.run([sys.executable, "-m", "unittest", "tests.test_calc"], capture_output=True, text=True)
            assert run.returncode == 0, run.stderr
        def test_usage():
            assert "## Usage" in open("README.md").read()

        """
    /// Further files of the prepared task.
    var files: [String: String] = [:]
    var dockerfile = """
        FROM debian:bookworm-slim
        RUN command -v git python3 || (apt-get update && apt-get install -y --no-install-recommends git python3)

        """

    /// Files of the repository besides ``base``.
    var more: [String: String] = [:]

    static let base = [
        "calc.py": "def add(a, b):\n    return a - b\n", "README.md": "# calc\n\nAdds.\n",
        ".gitignore": "ignored/\n",
    ]
    static let hiddenTests = [
        "tests/__init__.py": "",
        "tests/test_calc.py": """
        import unittest
        from calc import add
        class Add(unittest.TestCase):
            def test_add(self): self.assertEqual(add(2, 3), 5)

        """,
    ]

    /// Writes the task to `directory/calc`.
    func write(below directory: URL) async throws -> URL {
        let task = directory.appendingPathComponent("calc")
        let layout = PreparedTaskLayout(directory: task)
        let repository = directory.appendingPathComponent("repository")
        try Self.write(Self.base.merging(more) { $1 }, to: repository)
        let identity = ["-c", "user.name=T", "-c", "user.email=t@example.com"]
        // The same commit each time, so that engines build one image for all tests.
        let date = "2026-01-01T00:00:00Z"
        let git = Git(repository, environment: ["GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date])
        try await git.output(["init", "-q", "-b", "main"])
        try await git.output(["add", "-A"])
        try await git.output(identity + ["commit", "-q", "-m", "start"])
        try AtomicFile.makeDirectory(task)
        try await git.output(["bundle", "create", "-q", layout.bundle.path, "refs/heads/main"])
        try Self.write(solution, to: repository)
        try await git.output(["add", "-A"])
        let diff = try await git.output(["diff", "--cached", "--binary"])
        try AtomicFile.makeDirectory(layout.solution.deletingLastPathComponent())
        try AtomicFile.write(diff, to: layout.solution)

        let instructions = "Make calc add, and explain its usage in the README.\n"
        try Self.write(
            [
                "Dockerfile": dockerfile,
                "overlay_files/LM_INSTRUCTIONS.md": instructions,
                "overlay_repo_files/NOTES.txt": "laid over\n",
                "evaluation/rubric_template.md": rubric,
                "evaluation/tests_skeleton/test_skeleton.py": tests,
            ],
            to: task
        )
        try Self.write(Self.hiddenTests, to: layout.tests.appendingPathComponent("repo_tests"))
        let metadata = TaskMetadata(
            taskID: "calc",
            metadata: .init(title: "calc", tags: []),
            repo: .init(gitURL: "", branch: "main", startCommitSHA: "", endCommitSHA: ""),
            lm: .init(instructions: instructions)
        )
        try AtomicFile.write(try StrictJSON.encode(metadata), to: layout.metadata)
        try Self.write(files, to: task)
        return task
    }

    static func write(_ files: [String: String], to directory: URL) throws {
        for (path, text) in files {
            let file = directory.appendingPathComponent(path)
            try AtomicFile.makeDirectory(file.deletingLastPathComponent())
            try AtomicFile.write(text, to: file)
        }
    }
}
