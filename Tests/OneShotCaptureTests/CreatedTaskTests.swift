import Foundation
import OneShotCapture
import OneShotCore
import OneShotStore
import Testing

@Suite("The files of a created task", .timeLimit(.minutes(5)))
struct CreatedTaskTests {
    private let setup = """
        git init -q; echo a > a; git add a; git commit -qm a; git remote add far https://me:tok@example.com/x.git
        git config branch.main.remote far; git config branch.main.merge refs/heads/main; mkdir deep
        """

    @Test("are those of the contract, with what was said and done")
    func contract() async throws {
        try await ScratchRepository.with(setup) { repository in
            let capture = try repository.capture
            let request = try TaskRequest(title: " Add  b ", notes: "Only b.", labels: ["x", " "], sessionID: "s-1")
            _ = try await capture.start(request, in: repository.top.appendingPathComponent("deep"))
            try await repository.shell("echo b > b; git add b; git commit -qm b; chmod +x a")
            let captured = try await capture.end(summary: "Wrote the answer 42.", in: repository.top)
            let directory = captured.directory
            let files = try await repository.shell("find . -type f | sort", in: directory)
            #expect(
                files == """
                    ./evaluation/rubric_template.md
                    ./evaluation/tests_skeleton/test_skeleton.py
                    ./overlay_files/LM_INSTRUCTIONS.md
                    ./overlay_files/diff.patch
                    ./overlay_files/notes.md
                    ./overlay_files/repo_info.json
                    ./provenance.json
                    ./tb_meta.json
                    ./trace/session_id.txt

                    """
            )
            let layout = CreatedTaskLayout(directory: directory)
            let metadata = try StrictJSON.read(TaskMetadata.self, at: layout.metadata)
            let head = try await repository.shell("git rev-parse HEAD~ HEAD").split(separator: "\n").map(String.init)
            #expect(metadata.taskID == directory.lastPathComponent)
            #expect(metadata.metadata == .init(title: "Add b", tags: ["x"]))
            #expect(
                metadata.repo
                    == .init(
                        gitURL: "https://example.com/x.git",
                        branch: "main",
                        startCommitSHA: head[0],
                        endCommitSHA: head[1],
                        subdir: "deep"
                    )
            )
            #expect(metadata.lm.instructions == "# Add b\n\n## Notes\n\nOnly b.\n")
            #expect(try text(layout.instructions) == metadata.lm.instructions)
            #expect(try text(layout.notes).contains("Wrote the answer 42."))
            #expect(try text(layout.sessionID) == "s-1\n")
            let facts = try StrictJSON.read(RepositoryFacts.self, at: layout.repositoryFacts)
            #expect(facts.changedFiles == [.init(path: "a", status: "M"), .init(path: "b", status: "A")])
            #expect(facts.dirtyAtStart == false)
            #expect(facts.objectFormat == "sha1")
            #expect(captured.findings == [])
            let tests = try await repository.shell(
                "python3 -m unittest test_skeleton 2>&1 || true",
                in: layout.tests.deletingLastPathComponent()
            )
            #expect(tests.contains("FAILED (failures=1)"))
        }
    }

    @Test("secrets go out of what was said, and are reported where the change holds them")
    func secrets() async throws {
        let token = "ghp_" + "16C7e42F292c6912E7710c838347Ae178B4a"
        try await ScratchRepository.with(setup) { repository in
            let capture = try repository.capture
            let request = try TaskRequest(title: "Use \(token)", notes: "with \(token)")
            _ = try await capture.start(request, in: repository.top)
            try await repository.shell(
                "printf 'one\\ntoken = \"\(token)\"\\n' > config.py; head -c 9999 /dev/urandom > r.bin"
            )
            let captured = try await capture.end(summary: "Put \(token) in", in: repository.top)
            let layout = CreatedTaskLayout(directory: captured.directory)
            #expect(captured.findings.count == 1)
            let finding = try #require(captured.findings.first)
            let lines = try Data(contentsOf: layout.diff).split(separator: 10, omittingEmptySubsequences: false)
            let line = try #require(lines.firstIndex { String(decoding: $0, as: UTF8.self).contains(token) })
            #expect(finding.contains("line \(line + 1) "))
            #expect(!finding.contains(token))
            let others = try await repository.shell("grep -rlF '\(token)' . || true", in: captured.directory)
            #expect(others == "./overlay_files/diff.patch\n")
            #expect(try text(layout.notes).contains(finding))
        }
    }

    @Test("the workspace's own files are never part of a task, tracked or not")
    func ownFiles() async throws {
        try await ScratchRepository.with(
            "git init -q; mkdir -p data/runs/old; echo r > data/runs/old/r; echo a > a; "
                + "mkdir data/set; echo 1 > data/set/1; git add -f .; git commit -qm a"
        ) { repository in
            let capture = TaskCapture(workspace: Workspace(root: repository.top))
            _ = try await capture.start(try TaskRequest(title: "First"), in: repository.top)
            try await repository.shell("echo 2 > data/set/2; echo r2 > data/runs/old/r")
            #expect(try await repository.shell("git status --porcelain") == " M data/runs/old/r\n?? data/set/2\n")
            let first = try await capture.end(summary: "", in: repository.top)
            #expect(first.changedFiles.map(\.path) == ["data/set/2"])
            _ = try await capture.start(try TaskRequest(title: "Second"), in: repository.top)
            let listed = try await repository.shell(
                "cd data/.oneshot/repositories/*.git; "
                    + "git ls-tree -r --name-only $(git for-each-ref --format='%(refname)' 'refs/oneshot/second*/*')"
            )
            #expect(listed == "a\ndata/set/1\ndata/set/2\n")
        }
    }

    @Test("the recorded session is found by the agent's own id; its first words become the instruction")
    func session() async throws {
        try await ScratchRepository.with(setup) { repository in
            let capture = try repository.capture
            let store = try RawStore.openForWriting(capture.workspace.rawDatabase)
            _ = try await store.save([Self.exchange])
            _ = try await capture.start(try TaskRequest(title: "Say hello", sessionID: "agent-1"), in: repository.top)
            let captured = try await capture.end(summary: "", in: repository.top)
            let layout = CreatedTaskLayout(directory: captured.directory)
            #expect(captured.hasSession)
            let session = try StrictJSON.read(Session.self, at: layout.session)
            #expect(session.sessionID == "run-1")
            #expect(try text(layout.sessionID) == "run-1\n")
            #expect(try text(layout.instructions) == "# Say hello\n\nPlease greet the world.\n")
        }
    }

    private static let exchange = Exchange(
        startedAtMs: Int64(Date().timeIntervalSince1970 * 1000) - 1000,
        method: "POST",
        url: "https://api.openai.com/v1/responses",
        transport: .http,
        state: .complete,
        sessionID: "run-1",
        agentSessionID: "agent-1",
        status: 200,
        requestJSON:
            #"{"model":"m","input":[{"type":"message","role":"user","content":[{"type":"input_text","text":"Please greet the world."}]}]}"#,
        responseJSON:
            #"{"id":"r","object":"response","status":"completed","model":"m","output":[{"type":"message","role":"assistant","content":[{"type":"output_text","text":"Hello"}]}],"usage":{"input_tokens":1,"output_tokens":1,"total_tokens":2}}"#
    )

    private func text(_ url: URL) throws -> String { try String(contentsOf: url, encoding: .utf8) }
}
