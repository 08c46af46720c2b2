import Foundation
import OneShotCapture
import OneShotCore
import Testing

@Suite("Tasks in one go", .timeLimit(.minutes(5)))
struct CreateTests {
    private let setup = "git init -q; echo a > a; git add a; git commit -qm a"
    private let request: TaskRequest

    private struct Unavailable: Error, Equatable {}

    init() throws { request = try TaskRequest(title: "Write b", instruction: "Write b, please.") }

    @Test("are started before the work and ended after it")
    func work() async throws {
        try await ScratchRepository.with(setup) { repository in
            let capture = try repository.capture
            let captured = try await capture.create(request, summary: "Did.", in: repository.top) { task in
                #expect(try await capture.openTask(in: repository.top)?.taskID == task.taskID)
                try await repository.shell("echo b > b")
                return 0
            }
            #expect(captured.changedFiles.map(\.path) == ["b"])
            let layout = CreatedTaskLayout(directory: captured.directory)
            let text = try String(contentsOf: layout.instructions, encoding: .utf8)
            #expect(text == "# Write b\n\nWrite b, please.\n")
            #expect(try await capture.openTask(in: repository.top) == nil)
        }
    }

    @Test("stay open when the agent fails, with what it did")
    func failure() async throws {
        try await ScratchRepository.with(setup) { repository in
            let capture = try repository.capture
            await #expect(throws: CaptureError.self) {
                try await capture.create(request, in: repository.top) { _ in
                    try await repository.shell("echo half > half")
                    return 3
                }
            }
            let captured = try await capture.end(summary: "", in: repository.top)
            #expect(captured.changedFiles.map(\.path) == ["half"])
        }
    }

    @Test("are dropped when the agent cannot be started")
    func unavailable() async throws {
        try await ScratchRepository.with(setup) { repository in
            let capture = try repository.capture
            await #expect(throws: Unavailable()) {
                try await capture.create(request, in: repository.top) { _ in throw Unavailable() }
            }
            #expect(try await capture.openTask(in: repository.top) == nil)
            #expect(try await repository.shell("git for-each-ref refs/oneshot") == "")
        }
    }

    @Test("hold everything since a commit, committed or not, and leave the repository as it is")
    func since() async throws {
        let history = "; echo b > b; git add b; git commit -qm b; echo c > c; git add c; echo d > d"
        try await ScratchRepository.with(setup + history) { repository in
            let capture = try repository.capture
            let before = try await repository.fingerprint()
            let captured = try await capture.create(request, since: "HEAD~", in: repository.top)
            #expect(captured.changedFiles.map(\.path) == ["b", "c", "d"])
            #expect(try await repository.fingerprint() == before)
            let facts = try StrictJSON.read(
                RepositoryFacts.self,
                at: CreatedTaskLayout(directory: captured.directory).repositoryFacts
            )
            #expect(try await repository.shell("git rev-parse HEAD~") == facts.startCommitSHA + "\n")
            #expect(facts.dirtyAtStart == false)
        }
    }

    @Test("need a commit that exists")
    func unknownRevision() async throws {
        try await ScratchRepository.with(setup) { repository in
            let expected = CaptureError.unknownRevision("--all", repository: repository.top.path)
            await #expect(throws: expected) {
                try await repository.capture.create(request, since: "--all", in: repository.top)
            }
        }
    }
}
