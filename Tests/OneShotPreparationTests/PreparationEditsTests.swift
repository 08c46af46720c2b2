import Foundation
import OneShotCore
import OneShotPreparation
import OneShotTesting
import Testing

@Suite("What people edit in a task", .timeLimit(.minutes(2)))
struct PreparationEditsTests {
    private func text(_ url: URL) throws -> String { try String(contentsOf: url, encoding: .utf8) }

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
}
