import Foundation
import OneShotCapture
import OneShotCore
import OneShotSessions
import OneShotStore
import OneShotTesting
import Testing

@Suite("Tasks of sessions that nobody ended", .timeLimit(.minutes(5)))
struct SessionSourceTests {
    private let setup = "git init -q; echo a > a; git add a; git commit -qm a\n"

    /// Records one call in which a person says `said`, with what Codex tells of its repository.
    private func record(
        _ id: String,
        said: String,
        repository: ScratchRepository,
        commit: String? = nil,
        directory: String? = nil,
        begunAt seconds: Int64 = 1001
    ) async throws -> TaskCapture {
        let capture = try repository.capture
        let place = directory ?? repository.top.path
        var git: [JSON.Member] = []
        if let commit { git.append(.init("latest_git_commit_hash", .string(commit))) }
        let turn: JSON = [
            "turn_id": "t", "workspaces": .object([.init(place, .object(git))]),
        ]
        let request: JSON = [
            "model": "gpt-5.5",
            "client_metadata": ["x-codex-turn-metadata": .string(turn.compactText)],
            "input": [
                [
                    "type": "message", "role": "user",
                    "content": [
                        [
                            "type": "input_text",
                            "text": .string(
                                "<environment_context>\n  <cwd>\(place)</cwd>\n</environment_context>"
                            ),
                        ]
                    ],
                ],
                ["type": "message", "role": "user", "content": [["type": "input_text", "text": .string(said)]]],
            ],
        ]
        let answer = #"{"type":"response.completed","response":{"id":"r","status":"completed","output":[]}}"#
        let store = try RawStore.openForWriting(capture.workspace.rawDatabase)
        _ = try await store.save([
            RecordedExchange.http(id: seconds - 1000, session: id, request: request, answer: "data: \(answer)\n\n")
        ])
        return capture
    }

    @Test("begin where the task began that was open in their repository without a session, and end it")
    func openTask() async throws {
        try await ScratchRepository.with(setup) { repository in
            try await repository.shell("echo draft > draft")
            let morning = Date(timeIntervalSince1970: 1_700_000_000)
            let capture = try repository.capture
            let task = try await capture.start(try TaskRequest(title: "Write b"), in: repository.top, now: morning)
            try await repository.shell("echo b > b")
            _ = try await record("run-1", said: "Write b.", repository: repository, begunAt: 1_700_000_060)
            let captured = try await capture.create(fromSession: "run-1")
            #expect(captured.taskID == task.taskID)
            // What was there before is no part of the work.
            #expect(captured.changedFiles.map(\.path) == ["b"])
            #expect(captured.hasSession)
            #expect(capture.openTasks().isEmpty)
        }
    }

    @Test("begin at the commit that the session names, and end at the working tree as it is now")
    func commit() async throws {
        try await ScratchRepository.with(setup) { repository in
            let commit = try await repository.shell("git rev-parse HEAD").trimmingCharacters(in: .newlines)
            try await repository.shell("echo b > b; git add b; git commit -qm b; echo c > c")
            let capture = try await record("run-1", said: "Write b and c.", repository: repository, commit: commit)
            let before = try await repository.fingerprint()
            let captured = try await capture.create(fromSession: "run-1")
            #expect(captured.changedFiles.map(\.path) == ["b", "c"])
            #expect(captured.hasSession)
            #expect(try await repository.fingerprint() == before)
            let layout = CreatedTaskLayout(directory: captured.directory)
            let text = try String(contentsOf: layout.instructions, encoding: .utf8)
            #expect(text == "# Write b and c.\n\nWrite b and c.\n")
            let provenance = try StrictJSON.read(TaskProvenance.self, at: layout.provenance)
            #expect(provenance.source == .session)
            #expect(provenance.firstWords == "Write b and c.")
            #expect(provenance.sessions.first == "run-1")
            let error = await #expect(throws: SourceError.self) { try await capture.create(fromSession: "run-1") }
            #expect(error == .sessionDone(session: "run-1", task: captured.taskID))
        }
    }

    @Test("end what is open under the session's id, with its own start")
    func open() async throws {
        try await ScratchRepository.with(setup + "echo dirty > a") { repository in
            let capture = try await record("run-2", said: "Write b.", repository: repository)
            let task = try await capture.start(try TaskRequest(title: "Old", sessionID: "run-2"), in: repository.top)
            try await repository.shell("echo b > b")
            let captured = try await capture.create(fromSession: "run-2", words: SourceWords(title: "New"))
            #expect(captured.taskID == task.taskID)
            #expect(captured.changedFiles.map(\.path) == ["b"])
            #expect(try await capture.openTask(in: repository.top) == nil)
            let metadata = CreatedTaskLayout(directory: captured.directory).metadata
            #expect(try StrictJSON.read(TaskMetadata.self, at: metadata).metadata.title == "New")
        }
    }

    @Test("are refused where the range cannot be known, with the command to use instead")
    func unknown() async throws {
        try await ScratchRepository.with(setup) { repository in
            let gone = repository.directory("gone").path
            var capture = try await record("run-3", said: "X.", repository: repository, directory: gone)
            let away = await #expect(throws: SourceError.self) { try await capture.create(fromSession: "run-3") }
            #expect(away == .repositoryGone(session: "run-3", directory: gone))
            // The exchange is older than the repository's reflog.
            capture = try await record("run-4", said: "X.", repository: repository)
            let early = await #expect(throws: SourceError.self) { try await capture.create(fromSession: "run-4") }
            #expect(early == .sessionWithoutCommit(session: "run-4", directory: repository.top.path))
            let zeros = String(repeating: "0", count: 39) + "1"
            capture = try await record("run-5", said: "X.", repository: repository, commit: zeros)
            let missing = await #expect(throws: SourceError.self) { try await capture.create(fromSession: "run-5") }
            #expect(missing == .commitMissing(commit: zeros, repository: repository.top.path))
            let nothing = await #expect(throws: SourceError.self) {
                try await capture.create(fromSession: "run-5", base: "HEAD")
            }
            guard case .sessionChangedNothing = nothing else {
                Issue.record("\(String(describing: nothing))")
                return
            }
            await #expect(throws: SessionError.self) { try await capture.create(fromSession: "nobody") }
            #expect(try capture.createdTasks().isEmpty)
        }
    }
}
