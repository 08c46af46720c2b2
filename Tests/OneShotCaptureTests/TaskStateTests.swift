import Foundation
import OneShotCapture
import OneShotCore
import OneShotGit
import OneShotTesting
import Testing

@Suite("The states of a task", .timeLimit(.minutes(5)))
struct TaskStateTests {
    private let setup = "git init -q; echo a > a; git add a; git commit -qm a"
    private let request: TaskRequest

    init() throws { request = try TaskRequest(title: "Do it") }

    @Test("a second start in the same repository is refused, from a sub-directory too")
    func startTwice() async throws {
        try await ScratchRepository.with(setup + "; mkdir sub") { repository in
            let capture = try repository.capture
            let task = try await capture.start(request, in: repository.top)
            await #expect(
                throws: CaptureError.alreadyOpen(
                    title: task.title,
                    taskID: task.taskID,
                    repository: repository.top.path,
                    since: task.startedAt
                )
            ) {
                try await capture.start(request, in: repository.top.appendingPathComponent("sub"))
            }
        }
    }

    @Test("of many starts at once, one succeeds")
    func startAtOnce() async throws {
        try await ScratchRepository.with(setup) { repository in
            let capture = try repository.capture
            let started = await withTaskGroup(of: Bool.self) { group in
                for _ in 0..<6 {
                    group.addTask { (try? await capture.start(request, in: repository.top)) != nil }
                }
                return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(started == 1)
            #expect(try await repository.shell("git for-each-ref refs/oneshot | wc -l") == "1\n")
        }
    }

    @Test("ending or dropping without a start is refused")
    func nothingOpen() async throws {
        try await ScratchRepository.with(setup) { repository in
            let capture = try repository.capture
            let expected = CaptureError.nothingOpen(repository: repository.top.path)
            await #expect(throws: expected) { try await capture.end(summary: "", in: repository.top) }
            await #expect(throws: expected) { try await capture.abort(in: repository.top) }
            #expect(try await capture.openTask(in: repository.top) == nil)
        }
    }

    @Test("two repositories and two worktrees of one have their own tasks, of the same title in the same second")
    func severalAtOnce() async throws {
        let more = "; git worktree add -q ../tree; git init -q ../other"
        try await ScratchRepository.with(setup + more) { repository in
            let capture = try repository.capture
            let now = Date()
            let places = [repository.top, repository.directory("tree"), repository.directory("other")]
            for place in places { _ = try await capture.start(request, in: place, now: now) }
            #expect(capture.openTasks().map(\.repository).sorted() == places.map(\.path).sorted())
            #expect(Set(capture.openTasks().map(\.taskID)).count == 3)
            try await repository.shell("echo in-tree > ../tree/a; echo here > a")
            for place in places { _ = try await capture.end(summary: "", in: place) }
            let tasks = try capture.createdTasks()
            #expect(tasks.count == 3)
            #expect(capture.openTasks().isEmpty)
        }
    }

    @Test("dropping a task removes its refs and its state")
    func abort() async throws {
        try await ScratchRepository.with(setup) { repository in
            let capture = try repository.capture
            let task = try await capture.start(request, in: repository.top)
            #expect(try await capture.abort(in: repository.top).taskID == task.taskID)
            #expect(try await repository.shell("git for-each-ref refs/oneshot") == "")
            #expect(try await capture.openTask(in: repository.top) == nil)
            _ = try await capture.start(request, in: repository.top)
        }
    }

    @Test("a start that died before its ref was made can be ended")
    func lostReference() async throws {
        try await ScratchRepository.with(setup) { repository in
            let capture = try repository.capture
            let task = try await capture.start(request, in: repository.top)
            let store = try repository.capture.workspace.state.appendingPathComponent("repositories")
            try await repository.shell("git update-ref -d refs/oneshot/\(task.taskID)/base; echo b > b")
            try await repository.shell("git --git-dir \(store.path)/*.git update-ref -d \(task.snapshot.ref)")
            let captured = try await capture.end(summary: "", in: repository.top)
            #expect(captured.changedFiles == [.init(path: "b", status: "A")])
            let kept = try await repository.shell("git --git-dir \(store.path)/*.git rev-parse \(task.snapshot.ref)")
            #expect(kept == task.snapshot.commit + "\n")
            let base = try await repository.shell("git for-each-ref --format='%(objectname)' refs/oneshot")
            let head = try await repository.shell("git rev-parse HEAD")
            #expect(base == head)
        }
    }

    @Test("an end that was killed after the task was in place is over the next time")
    func killedAfterRename() async throws {
        try await ScratchRepository.with(setup) { repository in
            let capture = try repository.capture
            let open = capture.workspace.state.appendingPathComponent("open")
            _ = try await capture.start(request, in: repository.top)
            let name = try #require(
                try FileManager.default.contentsOfDirectory(atPath: open.path).first { $0.hasSuffix(".json") }
            )
            let state = try Data(contentsOf: open.appendingPathComponent(name))
            let first = try await capture.end(summary: "", in: repository.top)
            try state.write(to: open.appendingPathComponent(name))
            #expect(try await capture.openTask(in: repository.top) == nil)
            #expect(try await capture.end(summary: "", in: repository.top).directory == first.directory)
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: open.path).filter { $0.hasSuffix(".json") } == []
            )
        }
    }

    @Test("when the task cannot be written, it stays open and nothing is left behind")
    func fullDisk() async throws {
        try await ScratchRepository.with(setup) { repository in
            let capture = try repository.capture
            _ = try await capture.start(request, in: repository.top)
            let tasks = capture.workspace.data.appendingPathComponent("tasks")
            try Data().write(to: tasks)
            await #expect(throws: FileError.self) { try await capture.end(summary: "", in: repository.top) }
            #expect(try await capture.openTask(in: repository.top) != nil)
            try FileManager.default.removeItem(at: tasks)
            _ = try await capture.end(summary: "", in: repository.top)
        }
    }

    @Test("where there is no working tree, the reason is one clear line")
    func notARepository() async throws {
        try await ScratchRepository.with(setup + "; git init -q --bare ../bare; mkdir ../none") { repository in
            let capture = try repository.capture
            let none = repository.directory("none")
            await #expect(throws: GitError.notARepository(path: none.path)) {
                try await capture.start(request, in: none)
            }
            let bare = repository.directory("bare")
            await #expect(throws: GitError.noWorkingTree(path: bare.path)) {
                try await capture.start(request, in: bare)
            }
            let absent = repository.directory("absent")
            await #expect(throws: GitError.noSuchDirectory(path: absent.path)) {
                try await capture.start(request, in: absent)
            }
        }
    }

    @Test("a title of blanks is no title")
    func noTitle() {
        #expect(throws: CaptureError.noTitle) { try TaskRequest(title: " \n ") }
    }

    @Test("a damaged state file is named")
    func damagedState() async throws {
        try await ScratchRepository.with(setup) { repository in
            let capture = try repository.capture
            _ = try await capture.start(request, in: repository.top)
            let open = capture.workspace.state.appendingPathComponent("open")
            let name = try #require(
                try FileManager.default.contentsOfDirectory(atPath: open.path).first { $0.hasSuffix(".json") }
            )
            try Data("{".utf8).write(to: open.appendingPathComponent(name))
            let error = await #expect(throws: FileError.self) { try await capture.end(summary: "", in: repository.top) }
            #expect(error?.description.contains(name) == true)
        }
    }
}
