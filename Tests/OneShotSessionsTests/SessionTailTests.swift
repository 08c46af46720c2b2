import Foundation
import OneShotCore
import OneShotStore
import OneShotTesting
import Synchronization
import Testing

@testable import OneShotSessions

@Suite("Following a session", .timeLimit(.minutes(3)))
struct SessionTailTests {
    private func turn(_ index: Int, _ state: Turn.State = .complete) -> Turn {
        Turn(index: index, exchangeIDs: [], startedAt: "2026-01-01T00:00:00.000Z", durationMs: 5, state: state)
    }

    @Test("a conversation is told once and in its order: question, thought, answer, call, result")
    func conversation() {
        var tail = SessionTail()
        var first = turn(1, .inFlight)
        first.input = [
            InputItem(kind: "message", role: "developer", text: "be good"),
            InputItem(kind: "message", role: "user", text: "<environment_context>\n</environment_context>"),
            InputItem(kind: "message", role: "user", text: "list\nthe files"),
        ]
        #expect(
            tail.news(in: [first]) == [
                "── turn 1", "[developer: 7 characters]", "[user: <environment_context>, 44 characters]", "user: list",
                "  the files",
            ]
        )
        first.reasoning = ["Look"]
        #expect(tail.news(in: [first]).isEmpty)
        first.output = "I look.\nAnd"
        #expect(tail.news(in: [first]) == ["thinking: Look", "agent: I look."])
        first.output = "I look.\nAnd see."
        first.state = .complete
        first.toolCalls = [ToolCall(callID: "c1", name: "shell", arguments: "ls")]
        first.usage = Usage(inputTokens: 10, cachedInputTokens: 4, outputTokens: 2)
        #expect(tail.news(in: [first]) == ["  And see.", "call shell: ls", "   (10 in (4 cached), 2 out, 5 ms)"])
        #expect(tail.news(in: [first]).isEmpty)
        #expect(tail.settled == 1)
        var second = turn(2, .failed)
        second.input = [InputItem(kind: "tool_result", text: "a.txt", callID: "c1", isError: true)]
        second.error = "overloaded"
        let lines = tail.news(in: [first, second])
        #expect(lines == ["── turn 2", "failed shell: a.txt", "error: overloaded", "   (failed, 5 ms)"])
        #expect(tail.settled == 2)
    }

    @Test("a turn that ends early waits for the one before it; headings tell whose line it is")
    func threads() {
        var tail = SessionTail()
        var main = turn(1, .inFlight)
        main.output = "a\nb"
        var sub = turn(2)
        sub.threadID = "t2"
        sub.output = "x"
        let threads = [SessionThread(threadID: "t2", kind: .subagent, name: "scout")]
        let lines = tail.news(in: [main, sub], threads: threads)
        #expect(lines == ["── turn 1", "agent: a", "── turn 2 [scout]", "agent: x", "   (5 ms)"])
        #expect(tail.settled == 0)
        main.state = .complete
        #expect(tail.news(in: [main, sub], threads: threads).prefix(2) == ["── turn 1", "  b"])
        #expect(tail.settled == 2)
    }

    @Test("long results are cut, and escape sequences do not reach the terminal")
    func cut() {
        var tail = SessionTail(lineLimit: 2)
        var turn = turn(1)
        turn.input = [
            InputItem(kind: "tool_result", text: "\u{1B}[31m1\u{1B}[0m\n2\n3\n4\r", callID: "c"),
            InputItem(kind: "message", role: "user", text: "\u{1B}]0;title\u{7}a\nb\nc\nd"),
        ]
        let lines = tail.news(in: [turn])
        #expect(lines.contains("result: 1") && lines.contains("  … 2 more lines"))
        #expect(lines.contains("user: a") && lines.contains("  d"))
        #expect(!lines.joined().unicodeScalars.contains { $0.value < 0x20 })
    }

    @Test("the loop starts with the last turns of the newest session, and goes on with what comes")
    func loop() async throws {
        try await withTemporaryDirectory { directory in
            let workspace = Workspace(root: directory)
            let loop = TailLoop(SessionArchive(workspace))
            await #expect(throws: StoreError.self) { try await loop.run(nil, last: 1, once: true) { _ in 0 } }
            let store = try CleanStore.openForWriting(workspace.cleanDatabase)
            var session = Session(sessionID: "run-1", createdAt: "2026", updatedAt: "2026", turns: [turn(1), turn(2)])
            var old = session
            old.sessionID = "run-0"
            old.updatedAt = "2025"
            try store.save([old, session], cursor: 1)
            let collected = Collected()
            let task = Task {
                var tail = SessionTail(after: 1)
                try await loop.run(nil, last: 1, every: .milliseconds(10)) { news in
                    switch news {
                    case .session(let session): collected.add(session.sessionID)
                    case .turns(let turns, _):
                        for line in tail.news(in: turns) { collected.add(line) }
                        return tail.settled
                    }
                    return 0
                }
            }
            try await collected.wait(for: 3)
            var third = turn(3)
            third.output = "hello"
            session.turns.append(third)
            try store.save([session], cursor: 2)
            try await collected.wait(for: 6)
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            #expect(collected.lines == ["run-1", "── turn 2", "   (5 ms)", "── turn 3", "agent: hello", "   (5 ms)"])
            await #expect(throws: SessionError.unknown(id: "none")) {
                try await loop.run("none", last: 1) { _ in 0 }
            }
        }
    }
}

/// Lines that a task has shown.
private final class Collected: Sendable {
    private let state = Mutex<[String]>([])

    var lines: [String] { state.withLock { $0 } }

    func add(_ line: String) { state.withLock { $0.append(line) } }

    func wait(for count: Int) async throws {
        let deadline = ContinuousClock.now + .seconds(60)
        while lines.count < count, ContinuousClock.now < deadline { try await Task.sleep(for: .milliseconds(10)) }
    }
}
