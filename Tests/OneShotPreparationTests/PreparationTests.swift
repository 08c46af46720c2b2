import Foundation
import OneShotCore
import OneShotGit
import OneShotPreparation
import OneShotProcess
import OneShotTesting
import Testing

@Suite("A captured task is prepared", .timeLimit(.minutes(2)))
struct PreparationTests {
    private func files(below url: URL) throws -> [String] { try Digest.files(below: url) }

    private func text(_ url: URL) throws -> String { try String(contentsOf: url, encoding: .utf8) }

    /// Runs the tests of a prepared task in a checkout of its bundle, with the solution applied or not.
    ///
    /// - Returns: the names of those that pass.
    private func passing(_ task: PreparedTask, solved: Bool, in directory: URL) async throws -> Set<String> {
        let checkout = directory.appendingPathComponent("checkout-\(UUID().uuidString.prefix(6))")
        try await Command("git", ["clone", "-q", task.layout.bundle.path, checkout.path, "-b", "main"]).runChecked()
        if solved { try await Git(checkout).output(["apply", task.layout.solution.path]) }
        let hidden = task.layout.tests.appendingPathComponent("repo_tests")
        if FileManager.default.fileExists(atPath: hidden.path) {
            try await Command("cp", ["-R", hidden.path + "/.", checkout.path]).runChecked()
        }
        let program = """
            import runpy, sys
            names = runpy.run_path(sys.argv[1])
            for name, value in names.items():
                if name.startswith("test_") and callable(value):
                    try:
                        value()
                    except AssertionError as error:
                        print(name, error, file=sys.stderr)
                    else:
                        print("PASSED", name)
            """
        let result = try await Command("python3", ["-c", program, task.layout.testScript.path], directory: checkout)
            .runChecked()
        return Set(
            result.text.split(separator: "\n").filter { $0.hasPrefix("PASSED ") }.map { String($0.dropFirst(7)) }
        )
    }

    @Test("a documentation task gets a test for each section, command and reference that was added")
    func documentation() async throws {
        try await withTemporaryDirectory { directory in
            let captured = try await CapturedTask.make(
                in: directory,
                start: CapturedTask.tally,
                end: ["README.md": CapturedTask.readme]
            )
            let outcome = try await TaskPreparation.prepare(created: captured.created, workspace: captured.workspace)
            let task = outcome.task
            #expect(task.slug == "describe-the-program")
            #expect(
                try files(below: task.layout.directory) == [
                    "Dockerfile", "evaluation/rubric_template.md", "evaluation/tests_skeleton/test_skeleton.py",
                    "overlay_files/LM_INSTRUCTIONS.md", "repo.bundle", "solution/diff.patch", "tb_meta.json",
                ]
            )
            let expected = [
                "test_readme_md_has_section_architecture_overview", "test_readme_md_has_section_set_up_usage",
                "test_readme_md_has_section_design", "test_readme_md_shows_python_m_unittest_discover",
                "test_readme_md_shows_python_m_tally", "test_readme_md_names_tally_count_py",
                "test_readme_md_python_blocks_parse", "test_readme_md_shell_blocks_parse",
            ]
            #expect(outcome.tests == expected)
            #expect(task.rubric.criteria.map(\.id) == ["sections", "commands", "references", "quality"])
            #expect(abs(task.rubric.totalWeight - 1) < 1e-9)
            #expect(Set(task.rubric.testNames) == Set(expected))
            #expect(try await passing(task, solved: false, in: directory) == [])
            #expect(try await passing(task, solved: true, in: directory) == Set(expected))
            #expect(try text(task.layout.solution) == text(CreatedTaskLayout(directory: captured.created).diff))
        }
    }

    @Test("the session's own tests are hidden from the agent and grade the rest")
    func code() async throws {
        try await withTemporaryDirectory { directory in
            let captured = try await CapturedTask.make(
                in: directory,
                title: "Count words",
                start: CapturedTask.tally,
                end: [
                    "tally/words.py": "def words(text):\n    return len(text.split())\n",
                    "tests/test_words.py": """
                    import unittest
                    from tally.words import words

                    def test_plain():
                        assert words("a b") == 2

                    class Words(unittest.TestCase):
                        def test_none(self):
                            self.assertEqual(words(""), 0)

                    """,
                    "tests/data/sample.txt": "a b\n",
                ]
            )
            let outcome = try await TaskPreparation.prepare(created: captured.created, workspace: captured.workspace)
            let layout = outcome.task.layout
            #expect(outcome.tests == ["test_python"])
            #expect(
                try files(below: layout.evaluation) == [
                    "rubric_template.md", "tests_skeleton/repo_tests/tests/data/sample.txt",
                    "tests_skeleton/repo_tests/tests/test_words.py", "tests_skeleton/suites.json",
                    "tests_skeleton/test_skeleton.py",
                ]
            )
            let suites = try TestSuites.read(layout.suites)
            #expect(suites.suites.map(\.id) == ["test_python"])
            // The test that was there before runs, too.
            #expect(suites.suites.first?.files == ["tests/test_words.py", "tests/test_count.py"])
            #expect(outcome.task.rubric.testNames == ["test_python"])
            let solution = try text(layout.solution)
            #expect(solution.contains("tally/words.py"))
            #expect(!solution.contains("test_words"))
            #expect(try text(layout.dockerfile).contains("python3-pytest"))
        }
    }

    @Test("links and code blocks of a document are tested where the solution's own lead somewhere and parse")
    func linksAndBlocks() async throws {
        try await withTemporaryDirectory { directory in
            let guide = """
                # Guide

                See [the code](../tally/count.py), [below](#set-up) and [elsewhere](https://example.com/x).

                ## Set up

                ```json
                {"a": [1, 2]}
                ```

                ```toml
                a = 1
                ```

                ```python
                print(1
                ```

                """
            let captured = try await CapturedTask.make(
                in: directory,
                start: CapturedTask.tally,
                end: ["docs/guide.md": guide]
            )
            let outcome = try await TaskPreparation.prepare(created: captured.created, workspace: captured.workspace)
            #expect(outcome.tests.contains("test_docs_guide_md_links_lead_somewhere"))
            #expect(outcome.tests.contains("test_docs_guide_md_json_blocks_parse"))
            #expect(outcome.tests.contains("test_docs_guide_md_toml_blocks_parse"))
            #expect(!outcome.tests.contains("test_docs_guide_md_python_blocks_parse"))
            #expect(try await passing(outcome.task, solved: false, in: directory) == [])
            #expect(try await passing(outcome.task, solved: true, in: directory) == Set(outcome.tests))
            // Others that a person would not take.
            let solution = try text(outcome.task.layout.solution)
            for (part, other, test) in [
                ("../tally/count.py", "../tally/gone.py", "links_lead_somewhere"),
                ("#set-up", "#nowhere", "links_lead_somewhere"), ("[1, 2]}", "[1, 2}", "json_blocks_parse"),
                ("a = 1", "a = = 1", "toml_blocks_parse"),
            ] {
                try #require(solution.contains(part))
                try AtomicFile.write(solution.replacing(part, with: other), to: outcome.task.layout.solution)
                let passed = try await passing(outcome.task, solved: true, in: directory)
                #expect(!passed.contains("test_docs_guide_md_\(test)"), "\(other)")
            }
        }
    }

    @Test("states that the person rejected become near misses, without the tests")
    func nearMisses() async throws {
        try await withTemporaryDirectory { directory in
            let test = "from tally.words import words\n\n\ndef test_words():\n    assert words(\"a b\") == 2\n"
            let captured = try await CapturedTask.make(
                in: directory,
                title: "Count words",
                start: CapturedTask.tally,
                end: ["tally/words.py": "def words(t):\n    return len(t.split())\n", "tests/test_words.py": test]
            )
            let states = captured.created.appendingPathComponent("states")
            try AtomicFile.makeDirectory(states)
            let solution = try text(CreatedTaskLayout(directory: captured.created).diff)
            let patches = [
                "1": solution.replacing("t.split()", with: "t"), "2": solution, "3": "not a patch",
                "4": solution.replacing("t.split()", with: "t"), "5": solution.replacing("t.split()", with: "t * 2"),
            ]
            for (number, patch) in patches {
                try AtomicFile.write(patch, to: states.appendingPathComponent("\(number).patch"))
            }
            let verdicts: [CapturedState.Verdict] = [.rejected, .rejected, .rejected, .rejected, .superseded]
            let list = verdicts.enumerated().map { index, verdict in
                CapturedState(index: index + 1, at: "2026-11-22T13:45:01Z", commit: "", tree: "", verdict: verdict)
            }
            try AtomicFile.write(
                try StrictJSON.encode(CapturedStates(states: list)),
                to: states.appendingPathComponent("states.json")
            )
            let outcome = try await TaskPreparation.prepare(created: captured.created, workspace: captured.workspace)
            let layout = outcome.task.layout
            #expect(try files(below: layout.nearMisses) == ["rejected-1.patch"])
            let patch = try text(layout.nearMisses.appendingPathComponent("rejected-1.patch"))
            #expect(patch.contains("len(t)") && !patch.contains("test_words"))
            #expect(outcome.notes.contains { $0.contains("the state 3") })
            // One of the person's own stays.
            try AtomicFile.write("mine", to: layout.nearMisses.appendingPathComponent("mine.patch"))
            let again = try await TaskPreparation.prepare(created: captured.created, workspace: captured.workspace)
            #expect(again.kept == ["solution/near_misses/mine.patch"])
        }
    }

    @Test("a code task without tests is checked for its files, and says that this is weak")
    func weak() async throws {
        try await withTemporaryDirectory { directory in
            let captured = try await CapturedTask.make(
                in: directory,
                start: CapturedTask.tally.merging(["old.json": "{}\n"]) { $1 },
                end: [
                    "tally/count.py": "def count(text):\n    return len(text.splitlines())\n",
                    "config.json": "{\"a\": 1}\n",
                    "old.json": .none,
                ]
            )
            let outcome = try await TaskPreparation.prepare(created: captured.created, workspace: captured.workspace)
            let tests: Set = [
                "test_config_json_is_there_and_parses", "test_old_json_is_gone",
                "test_tally_count_py_was_changed_and_parses",
            ]
            #expect(Set(outcome.tests) == tests)
            #expect(outcome.notes.contains { $0.contains("write better ones") })
            #expect(outcome.task.rubric.criteria.map(\.weight) == [0.5, 0.5])
            #expect(try await passing(outcome.task, solved: false, in: directory) == [])
            #expect(try await passing(outcome.task, solved: true, in: directory) == tests)
        }
    }
}
