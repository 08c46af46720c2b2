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

    @Test("edited suites are kept when the task is prepared again; what validation expects is not")
    func suiteEdits() async throws {
        try await withTemporaryDirectory { directory in
            let captured = try await CapturedTask.make(
                in: directory,
                title: "Count words",
                start: CapturedTask.tally,
                end: ["tally/words.py": "x = 1\n", "tests/test_words.py": "def test_x():\n    assert True\n"]
            )
            func prepare() async throws -> TaskPreparation.Outcome {
                try await TaskPreparation.prepare(created: captured.created, workspace: captured.workspace)
            }
            let layout = try await prepare().task.layout
            var suites = try TestSuites.read(layout.suites)
            suites.suites[0].timeoutSeconds = 30
            try AtomicFile.write(try StrictJSON.encode(suites), to: layout.suites)
            try ExpectedResults(suites: [.init(id: "test_python", failToPass: ["x"])]).write(to: layout.expectedResults)
            let again = try await prepare()
            #expect(again.kept == ["evaluation/tests_skeleton/suites.json"])
            #expect(try TestSuites.read(layout.suites) == suites)
            #expect(!FileManager.default.fileExists(atPath: layout.expectedResults.path))
            try AtomicFile.write("{\"schema_version\":1,\"suites\":[{\"id\":\"x\"}]}\n", to: layout.suites)
            await #expect(throws: FileError.self) { try await prepare() }
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

    @Test("the bundle holds one commit and nothing of before or after", arguments: ["sha1", "sha256"])
    func bundle(format: String) async throws {
        try await withTemporaryDirectory { directory in
            let captured = try await CapturedTask.make(
                in: directory,
                start: CapturedTask.tally,
                end: ["README.md": CapturedTask.readme, "new.bin": "later\n"],
                format: format
            )
            let first = try await TaskPreparation.prepare(created: captured.created, workspace: captured.workspace)
            let clone = directory.appendingPathComponent("clone")
            try await Command("git", ["clone", "-q", "--mirror", first.task.layout.bundle.path, clone.path])
                .runChecked()
            let git = Git(clone, environment: ["GIT_DIR": clone.path])
            #expect(try await git.line(["for-each-ref", "--format=%(refname)"]) == "refs/heads/main")
            #expect(try await git.line(["rev-list", "--all", "--count"]) == "1")
            #expect(try await git.line(["rev-parse", "main^{tree}"]) == captured.startTree)
            let log = try await git.line(["log", "--format=%an <%ae> %ad %s", "--date=iso-strict", "main"])
            #expect(log == "OneShot <oneshot@localhost> 2000-01-01T00:00:00+00:00 Start of the task")
            let names = try await git.line(["rev-list", "--objects", "--all"])
            #expect(!names.contains("old-secret-history") && !names.contains("new.bin"))
            let all = try await git.line(["cat-file", "--batch-all-objects", "--batch-check=%(objecttype)"])
            #expect(all.split(separator: "\n").filter { $0 == "blob" }.count == 4)
            let commit = try await git.line(["rev-parse", "main"])
            let again = try await TaskPreparation.prepare(created: captured.created, workspace: captured.workspace)
            #expect(
                try await Git(directory).line(["bundle", "list-heads", again.task.layout.bundle.path]).hasPrefix(commit)
            )
        }
    }

    @Test("what people edit is kept when the task is prepared again, unless they say otherwise")
    func edits() async throws {
        try await withTemporaryDirectory { directory in
            let captured = try await CapturedTask.make(
                in: directory,
                start: CapturedTask.tally,
                end: ["README.md": CapturedTask.readme]
            )
            func prepare(force: Bool = false) async throws -> TaskPreparation.Outcome {
                try await TaskPreparation.prepare(
                    created: captured.created,
                    workspace: captured.workspace,
                    options: .init(discardsEdits: force)
                )
            }
            let layout = try await prepare().task.layout
            #expect(try await prepare().kept == [])
            try AtomicFile.write("# Rubric: mine\n\n## all (weight: 1)\nGood.\n- judge\n", to: layout.rubric)
            try AtomicFile.write("x = 1\n", to: layout.tests.appendingPathComponent("helper.py"))
            try AtomicFile.write("{\"state\":\"old\"}\n", to: layout.validation)
            let again = try await prepare()
            #expect(again.kept == ["evaluation/rubric_template.md", "evaluation/tests_skeleton/helper.py"])
            #expect(again.task.rubric.title == "mine")
            #expect(again.task.metadata.evaluation.rubrics.map(\.id) == ["all"])
            #expect(try text(layout.validation) == "{\"state\":\"old\"}\n")
            #expect(try await prepare().kept == again.kept)
            let forced = try await prepare(force: true)
            #expect(forced.kept == [])
            #expect(forced.task.rubric.criteria.count == 4)
            #expect(!FileManager.default.fileExists(atPath: layout.tests.appendingPathComponent("helper.py").path))
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: captured.workspace.preparedTasks.path).count == 1
            )
        }
    }

    @Test("a broken edit of the rubric is named, and the prepared task stays as it is")
    func brokenEdit() async throws {
        try await withTemporaryDirectory { directory in
            let captured = try await CapturedTask.make(
                in: directory,
                start: CapturedTask.tally,
                end: ["README.md": CapturedTask.readme]
            )
            let layout = try await TaskPreparation.prepare(created: captured.created, workspace: captured.workspace)
                .task.layout
            try AtomicFile.write("# Rubric: mine\n\n## all (weight: 0)\n- judge\n", to: layout.rubric)
            await #expect(throws: FileError.self) {
                try await TaskPreparation.prepare(created: captured.created, workspace: captured.workspace)
            }
            #expect(try text(layout.rubric).contains("(weight: 0)"))
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: captured.workspace.preparedTasks.path).count == 1
            )
        }
    }

    @Test("another task with the same title gets a directory of its own")
    func sameTitle() async throws {
        try await withTemporaryDirectory { directory in
            var slugs: [String] = []
            for stamp in ["20261122_134501", "20261122_150000", "20261122_134501"] {
                let place = directory.appendingPathComponent(slugs.count == 2 ? "again" : "first")
                _ = place
                let captured = try await CapturedTask.make(
                    in: directory.appendingPathComponent("\(slugs.count)"),
                    start: CapturedTask.tally,
                    end: ["README.md": CapturedTask.readme],
                    stamp: stamp
                )
                let workspace = Workspace(root: directory.appendingPathComponent("shared"))
                slugs.append(
                    try await TaskPreparation.prepare(created: captured.created, workspace: workspace).task.slug
                )
            }
            #expect(slugs == ["describe-the-program", "describe-the-program-2", "describe-the-program"])
        }
    }

    @Test("no place of this machine and no secret of the session gets into the task")
    func nothingOfTheHost() async throws {
        try await withTemporaryDirectory { directory in
            let secret = "ghp" + "_" + String(repeating: "aB3dE5", count: 6)
            let repository = directory.appendingPathComponent("repo 20261122_134501").path
            let session = Session(
                sessionID: "run-1",
                createdAt: "2026-11-22T13:45:01Z",
                updatedAt: "2026-11-22T13:45:02Z",
                turns: [
                    Turn(
                        index: 1,
                        exchangeIDs: [1],
                        startedAt: "2026-11-22T13:45:01Z",
                        state: .complete,
                        input: [InputItem(kind: "message", role: "user", text: "work in \(repository)/tally")],
                        output: "found \(secret)",
                        toolCalls: [ToolCall(callID: "call_1", name: "sh", arguments: "{\"cwd\":\"\(repository)\"}")]
                    )
                ]
            )
            let captured = try await CapturedTask.make(
                in: directory,
                instructions: "Use \(secret) in \(repository) and \(repository)/README.md; \(repository)-2 is other.",
                start: CapturedTask.tally,
                end: ["README.md": CapturedTask.readme],
                session: session
            )
            let task = try await TaskPreparation.prepare(created: captured.created, workspace: captured.workspace).task
            #expect(
                task.instructions
                    == "Use [REDACTED:github-token:1] in /workspace and /workspace/README.md; \(repository)-2 is other."
            )
            #expect(task.metadata.lm.instructions == task.instructions)
            let trace = try StrictJSON.read(Session.self, at: task.layout.session)
            #expect(trace.turns[0].input[0].text == "work in /workspace/tally")
            #expect(trace.turns[0].toolCalls[0].arguments == "{\"cwd\":\"/workspace\"}")
            #expect(trace.turns[0].output == "found [REDACTED:github-token:1]")
            for path in try files(below: task.layout.directory) where !path.hasSuffix(".bundle") {
                let content = try text(task.layout.directory.appendingPathComponent(path))
                #expect(!content.contains(secret), "\(path)")
                #expect(!content.contains(captured.workspace.root.path), "\(path)")
            }
        }
    }

    @Test("a secret in the repository or in the diff is refused with its place, and can be declared harmless")
    func secrets() async throws {
        try await withTemporaryDirectory { directory in
            let secret = "ghp" + "_" + String(repeating: "aB3dE5", count: 6)
            let captured = try await CapturedTask.make(
                in: directory,
                start: CapturedTask.tally.merging(["config/dev.env": "# keys\nTOKEN=\(secret)\n"]) { $1 },
                end: ["README.md": CapturedTask.readme + "\n\(secret)\n"]
            )
            let error = await #expect(throws: PreparationError.self) {
                try await TaskPreparation.prepare(created: captured.created, workspace: captured.workspace)
            }
            let message = error?.description ?? ""
            #expect(message.contains("config/dev.env:2: github-token"))
            #expect(message.contains("in the diff, README.md:"))
            #expect(message.contains("--allow"))
            #expect(!message.contains(secret))
            #expect(error?.exitCode == .negative)
            #expect(
                !FileManager.default.fileExists(atPath: captured.workspace.preparedTasks.path + "/describe-the-program")
            )
            let outcome = try await TaskPreparation.prepare(
                created: captured.created,
                workspace: captured.workspace,
                options: .init(allowedPaths: ["config/", "README.md"])
            )
            #expect(outcome.task.slug == "describe-the-program")
        }
    }

    @Test("an edited diff.patch is the solution; one that does not apply is refused")
    func editedPatch() async throws {
        try await withTemporaryDirectory { directory in
            let captured = try await CapturedTask.make(
                in: directory,
                start: CapturedTask.tally,
                end: ["README.md": CapturedTask.readme]
            )
            let diff = CreatedTaskLayout(directory: captured.created).diff
            let edited = try text(diff).replacing("Architecture Overview", with: "Internals")
            try AtomicFile.write(edited, to: diff)
            let outcome = try await TaskPreparation.prepare(created: captured.created, workspace: captured.workspace)
            #expect(outcome.tests.first == "test_readme_md_has_section_internals")
            #expect(outcome.notes.contains { $0.contains("was edited") })
            try AtomicFile.write(edited.replacing("Counts lines.", with: "Counts sheep."), to: diff)
            await #expect(throws: PreparationError.self) {
                try await TaskPreparation.prepare(created: captured.created, workspace: captured.workspace)
            }
            try AtomicFile.write("", to: diff)
            await #expect(throws: PreparationError.nothingChanged(path: diff.path)) {
                try await TaskPreparation.prepare(created: captured.created, workspace: captured.workspace)
            }
        }
    }

    @Test("bad input is one line that names what is wrong")
    func badInput() async throws {
        try await withTemporaryDirectory { directory in
            let captured = try await CapturedTask.make(
                in: directory,
                start: CapturedTask.tally,
                end: ["README.md": CapturedTask.readme]
            )
            let layout = CreatedTaskLayout(directory: captured.created)
            func failure(_ created: URL? = nil) async -> String {
                do {
                    _ = try await TaskPreparation.prepare(
                        created: created ?? captured.created,
                        workspace: captured.workspace
                    )
                    return "no error"
                } catch { return "\(error)" }
            }
            #expect(await failure(directory.appendingPathComponent("none")).contains("no such task directory"))
            #expect(await failure(directory).contains("missing tb_meta.json, overlay_files/diff.patch"))

            let metadata = try text(layout.metadata)
            try AtomicFile.write(metadata.replacing("\"task_id\"", with: "\"taskid\""), to: layout.metadata)
            #expect(await failure().contains("task_id"))
            try AtomicFile.write(metadata, to: layout.metadata)

            let facts = try text(layout.repositoryFacts)
            let lost = facts.replacing(captured.startTree, with: String(repeating: "1", count: 40))
            try AtomicFile.write(lost, to: layout.repositoryFacts)
            #expect(await failure().contains("refs/oneshot/20261122_134501/start"))
            try AtomicFile.write(
                facts.replacing(captured.repository.path, with: "/nowhere"),
                to: layout.repositoryFacts
            )
            #expect(await failure().contains("the repository /nowhere"))
            try AtomicFile.write(facts, to: layout.repositoryFacts)

            try AtomicFile.makeDirectory(
                captured.workspace.preparedTasks.appendingPathComponent("describe-the-program")
            )
            #expect(await failure().contains("is in the way"))
            for message in [await failure(), await failure(directory)] { #expect(!message.contains("\n")) }
        }
    }

    @Test("a prepared task is not read when a part is missing")
    func loading() async throws {
        try await withTemporaryDirectory { directory in
            let captured = try await CapturedTask.make(
                in: directory,
                start: CapturedTask.tally,
                end: ["README.md": CapturedTask.readme]
            )
            let task = try await TaskPreparation.prepare(created: captured.created, workspace: captured.workspace).task
            #expect(throws: PreparationError.notPrepared(path: captured.created.path)) {
                try PreparedTask.load(captured.created)
            }
            let before = try task.digests()
            #expect(before.differences(from: try task.digests()) == [])
            try AtomicFile.write("# changed\n", to: task.layout.tests.appendingPathComponent("more.py"))
            #expect(try task.digests().differences(from: before) == ["evaluation/tests_skeleton"])
            try FileManager.default.removeItem(at: task.layout.solution)
            try FileManager.default.removeItem(at: task.layout.testScript)
            #expect(
                throws: PreparationError.incomplete(
                    path: task.layout.directory.path,
                    missing: ["evaluation/tests_skeleton/test_skeleton.py", "solution/diff.patch"]
                )
            ) { try PreparedTask.load(task.layout.directory) }
        }
    }
}
