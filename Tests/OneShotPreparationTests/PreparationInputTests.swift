import Foundation
import OneShotCore
import OneShotPreparation
import OneShotTesting
import Testing

@Suite("Bad input of a preparation", .timeLimit(.minutes(2)))
struct PreparationInputTests {
    private func text(_ url: URL) throws -> String { try String(contentsOf: url, encoding: .utf8) }

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
