import Foundation
import OneShotCore
import OneShotGit
import OneShotPreparation
import OneShotProcess
import OneShotTesting
import Testing

@Suite("Preparing a task twice", .timeLimit(.minutes(2)))
struct ReproducibleTests {
    @Test("gives the same bytes, however git keeps the objects", arguments: ["sha1", "sha256"])
    func same(format: String) async throws {
        try await withTemporaryDirectory { directory in
            // Similar files, of which a pack makes deltas.
            var start = CapturedTask.tally
            let lines = (0..<200).map { "line \($0 * 7919 % 1009)" }
            for number in 0..<6 { start["data/\(number).txt"] = (lines + ["\(number)"]).joined(separator: "\n") }
            start["requirements.txt"] = "tabulate==0.9.0\n"
            let captured = try await CapturedTask.make(
                in: directory,
                start: start,
                end: ["README.md": CapturedTask.readme],
                format: format
            )
            let first = try await TaskPreparation.prepare(created: captured.created, workspace: captured.workspace)
            let layout = first.task.layout
            let files = [
                layout.bundle, layout.dockerfile, layout.environment.appendingPathComponent("python/requirements.txt"),
            ]
            let before = try files.map { try Digest.sha256(file: $0) }
            let digests = try first.task.digests()

            try await Git(captured.repository).output(["repack", "-a", "-d", "-q", "--depth=50", "--window=250"])
            try FileManager.default.removeItem(at: layout.directory)
            let second = try await TaskPreparation.prepare(created: captured.created, workspace: captured.workspace)
            #expect(try files.map { try Digest.sha256(file: $0) } == before)
            #expect(try second.task.digests() == digests)
            // What reads bundles takes it.
            let clone = directory.appendingPathComponent("clone")
            try await Command("git", ["clone", "-q", "-b", "main", layout.bundle.path, clone.path]).runChecked()
            #expect(
                try await Git(clone).line(["log", "--format=%an %ae %at %s"])
                    == "OneShot oneshot@localhost 946684800 Start of the task"
            )
        }
    }
}
