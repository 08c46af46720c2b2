import Foundation
import OneShotCore
import OneShotGit
import OneShotPreparation
import OneShotProcess
import OneShotTesting
import Testing

@Suite("What must not get into a prepared task", .timeLimit(.minutes(2)))
struct PreparationSafetyTests {
    private func files(below url: URL) throws -> [String] { try Digest.files(below: url) }

    private func text(_ url: URL) throws -> String { try String(contentsOf: url, encoding: .utf8) }

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

    @Test("a secret in the diff is found behind a file that may have some and whose lines end as on Windows")
    func secretsBehindWindows() async throws {
        try await withTemporaryDirectory { directory in
            let secret = "ghp" + "_" + String(repeating: "aB3dE5", count: 6)
            let captured = try await CapturedTask.make(
                in: directory,
                start: CapturedTask.tally.merging(["docs/a.txt": "one\r\ntwo\r\n"]) { $1 },
                end: ["docs/a.txt": "one\r\nthree\r\n", "zeta.env": "TOKEN=\(secret)\r\n"]
            )
            let error = await #expect(throws: PreparationError.self) {
                try await TaskPreparation.prepare(
                    created: captured.created,
                    workspace: captured.workspace,
                    options: .init(allowedPaths: ["docs/"])
                )
            }
            #expect(error?.description.contains("zeta.env:") == true)
        }
    }
}
