import Foundation
import OneShotCore
import OneShotProcess
import OneShotTesting
import Synchronization
import Testing

@testable import OneShotCapture

@Suite("The states that a task went through", .timeLimit(.minutes(5)))
struct StateTests {
    private static let setup = "git init -q; echo a > a; git add a; git commit -qm a; echo '*.log' > .git/info/exclude"

    private func state(_ index: Int, _ tree: String, at second: Int) -> OpenState {
        OpenState(index: index, at: "2026-11-22T10:00:0\(second).000Z", commit: "c\(index)", tree: tree)
    }

    private func told(
        _ states: [OpenState],
        end: String,
        said: [(Int, String)] = []
    ) -> [String] {
        StateHistory.told(
            states,
            end: state(0, end, at: 9),
            turns: [("2026-11-22T10:00:01.500Z", 1), ("2026-11-22T10:00:04.500Z", 2)],
            said: said.map { .init(at: "2026-11-22T10:00:0\($0.0).500Z", text: $0.1) }
        ).map { "\($0.index) \($0.turn ?? 0) \($0.verdict.rawValue) \($0.words ?? "-")" }
    }

    @Test("what the person saw before they spoke was rejected or superseded; the rest is on the way")
    func verdicts() {
        let states = [
            state(1, "one", at: 1), state(2, "two", at: 2), state(3, "three", at: 4), state(4, "four", at: 6),
        ]
        #expect(
            told(states, end: "end", said: [(2, "No, keep the flag."), (4, "Now the docs, please")]) == [
                "1 0 intermediate -", "2 1 rejected No, keep the flag.", "3 1 superseded Now the docs, please",
                "4 2 intermediate -", "5 2 final -",
            ]
        )
    }

    @Test("a state that is the end is that and nothing else, whatever was said")
    func end() {
        let states = [state(1, "one", at: 1), state(2, "two", at: 3), state(3, "one", at: 5)]
        #expect(
            told(states, end: "one", said: [(2, "wrong"), (6, "that is still broken")]) == [
                "1 0 intermediate -", "2 1 intermediate -", "3 2 final -",
            ]
        )
        #expect(told([], end: "end") == [])
    }

    @Test(
        "corrections are told from other things that people say",
        arguments: [
            ("No, that's the other file", true), ("no. use tabs", true), ("It still prints twice", true),
            ("Please undo the rename", true), ("The second test fails.", true), ("That doesn’t work", true),
            ("Use a list instead", true), ("Not quite: it has to be sorted", true), ("you forgot the docs", true),
            ("Now add a test", false), ("Thanks, commit it", false), ("Add an --undoable flag", false),
            ("Nothing more, thanks", false), ("Notice the second paragraph", false),
        ]
    )
    func corrections(message: String, isCorrection: Bool) {
        #expect(Corrections.isCorrection(message) == isCorrection)
    }

    @Test("a state is kept where something has changed, written with its patch, and shown")
    func written() async throws {
        try await ScratchRepository.with(Self.setup) { repository in
            let capture = try repository.capture
            _ = try await capture.start(try TaskRequest(title: "T"), in: repository.top)
            #expect(try await capture.captureState(in: repository.top) == nil)
            try await repository.shell("echo b > a; echo l > x.log")
            let before = try await repository.fingerprint()
            #expect(try await capture.captureState(in: repository.top)?.index == 1)
            #expect(try await capture.captureState(in: repository.top) == nil)
            #expect(try await repository.fingerprint() == before)
            // A format that a rule knows, put together here.
            let secret = "ghp" + "_" + String(repeating: "aB3dE6gH9", count: 4)
            try await repository.shell("echo 'token = \"\(secret)\"' > s")
            #expect(try await capture.captureState(in: repository.top)?.index == 2)
            try await repository.shell("rm s; echo c > a")
            let captured = try await capture.end(summary: "", in: repository.top)
            let layout = CreatedTaskLayout(directory: captured.directory)
            let states = try StrictJSON.read(CapturedStates.self, at: layout.states).states
            #expect(states.map(\.verdict) == [.intermediate, .intermediate, .final])
            #expect(try String(contentsOf: layout.statePatch(1), encoding: .utf8).contains("+b\n"))
            #expect(!FileManager.default.fileExists(atPath: layout.statePatch(2).path))
            #expect(captured.findings.contains { $0.contains("states/2.patch") })
            let facts = try StrictJSON.read(RepositoryFacts.self, at: layout.repositoryFacts)
            #expect(facts.ignoredFiles == .init(count: 1, names: ["x.log"]))
            let shown = try capture.createdTask(captured.taskID).text()
            #expect(shown.contains("3 states\n"))
            #expect(try capture.createdTask(captured.taskID).json()["states"]?.elements.count == 3)
            #expect(try await capture.remove(captured.taskID) == captured.taskID)
            #expect(try capture.createdTasks().isEmpty)
            let left = "git for-each-ref refs/oneshot; ls ../workspace/data/.oneshot/repositories/*/objects/pack"
            #expect(try await repository.shell(left) == "")
        }
    }

    @Test("while a task is watched, its tree becomes a state once it is quiet; of two watches, one does it")
    func watch() async throws {
        try await ScratchRepository.with(Self.setup + "; mkdir deep; echo d > deep/d") { repository in
            let capture = try repository.capture
            let task = try await capture.start(try TaskRequest(title: "T"), in: repository.top)
            let problems = Problems()
            var watch = TaskWatch(capture: capture, task: task) { problems.add($0) }
            watch.quiet = .milliseconds(300)
            watch.tick = .milliseconds(50)
            watch.thrift = 0
            let watches = [watch, watch].map { watch in Task { await watch.run() } }
            func states() async throws -> Int { try await capture.states(of: task).count }
            try await repository.shell("echo 1 > deep/new")
            try await eventually { try await states() == 1 }
            try await repository.shell("mkdir -p other/er; echo 2 > other/er/file; echo l > x.log")
            try await eventually { try await states() == 2 }
            try await repository.shell("git add -A; git commit -qm w; echo l >> x.log")
            try await Task.sleep(for: .seconds(1))
            #expect(try await states() == 2)
            #expect(try await capture.resume(in: repository.top).isWatched)
            _ = try await capture.end(summary: "", in: repository.top)
            // They end with the task.
            for watch in watches { await watch.value }
            #expect(problems.all == [])
        }
    }

    @Test("a host that ends takes what has changed until then as a state")
    func hostEnds() async throws {
        try await ScratchRepository.with(Self.setup) { repository in
            let capture = try repository.capture
            let task = try await capture.start(try TaskRequest(title: "T"), in: repository.top)
            let watch = Task { await TaskWatch(capture: capture, task: task) { _ in }.run() }
            try await eventually { try await capture.resume(in: repository.top).isWatched }
            let before = try await capture.states(of: task).count
            try await repository.shell("echo last > a")
            watch.cancel()
            await watch.value
            #expect(try await capture.states(of: task).count == before + 1)
            _ = try await capture.abort(in: repository.top)
        }
    }

    private func eventually(_ holds: () async throws -> Bool) async throws {
        for _ in 0..<300 {
            if try await holds() { return }
            try await Task.sleep(for: .milliseconds(100))
        }
        Issue.record("it did not happen within half a minute")
    }

    @Test("an open task is set going again: refs are made, the tree is kept")
    func resume() async throws {
        try await ScratchRepository.with(Self.setup) { repository in
            let capture = try repository.capture
            let nothing = CaptureError.nothingOpen(repository: repository.top.path)
            await #expect(throws: nothing) { try await capture.resume(in: repository.top) }
            let task = try await capture.start(try TaskRequest(title: "T"), in: repository.top)
            try await repository.shell("git update-ref -d refs/oneshot/\(task.taskID)/base; echo b > b")
            let resumed = try await capture.resume(in: repository.top)
            #expect(resumed.done.count == 1)
            #expect(resumed.states == 1)
            #expect(!resumed.isWatched)
            #expect(resumed.task == task)
            #expect(try await repository.shell("git for-each-ref refs/oneshot | wc -l") == "1\n")
        }
    }
}

/// What watches have told.
private final class Problems: Sendable {
    private let texts = Mutex<[String]>([])
    func add(_ text: String) { texts.withLock { $0.append(text) } }
    var all: [String] { texts.withLock { $0 } }
}
