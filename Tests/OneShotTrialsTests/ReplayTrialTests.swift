import Foundation
import OneShotCore
import OneShotTesting
import Testing

@testable import OneShotTrials

@Suite(
    "Integration: a trial that replays a session",
    .enabled(if: !TestEngine.available.isEmpty, "no engine: bubblewrap is not installed"),
    .timeLimit(.minutes(5))
)
struct ReplayTrialTests {
    private static let patch = """
        *** Begin Patch
        *** Update File: calc.py
        @@ def add(a, b):
        -    return a - b
        +    return a + b
        *** Add File: notes/new.txt
        +one
        *** Delete File: NOTES.txt
        *** End Patch
        """

    private static func call(_ name: String, _ arguments: JSON, result: String? = "done") -> ToolCall {
        ToolCall(callID: UUID().uuidString, name: name, arguments: arguments.compactText, result: result)
    }

    private static func session(_ calls: [[ToolCall]]) -> Session {
        var session = Session(
            sessionID: "recorded-1",
            createdAt: "2026-01-01T00:00:00Z",
            updatedAt: "2026-01-01T00:00:00Z",
            repository: SessionRepository(directory: "/home/me/calc")
        )
        session.turns = calls.enumerated().map { index, calls in
            Turn(index: index + 1, exchangeIDs: [], startedAt: "", state: .complete, toolCalls: calls)
        }
        session.turns.append(Turn(index: 9, exchangeIDs: [], startedAt: "", state: .complete, output: "It adds now."))
        return session
    }

    private func run(
        _ engine: TestEngine,
        _ session: Session,
        _ check: (TrialResults, RunDirectory, TrialHarness) async throws -> Void
    ) async throws {
        try await TrialHarness.with(engine) { harness in
            let file = harness.workspace.root.appendingPathComponent("session_clean.json")
            try AtomicFile.write(try StrictJSON.encode(session), to: file)
            let (results, directory) = try await harness.run(.replay(session: file.path))
            try await check(results, directory, harness)
        }
    }

    @Test("does again what was done, turn by turn, and comes to the same", arguments: TestEngine.available)
    func replays(engine: TestEngine) async throws {
        let edit: JSON = [
            "file_path": "/home/me/calc/README.md", "old_string": "Adds.\n", "new_string": "Adds.\n\n## Usage\n",
        ]
        let heredoc = "apply_patch <<'EOF'\n*** Begin Patch\n*** Add File: by-shell.txt\n+x\n*** End Patch\nEOF"
        let session = Self.session([
            [Self.call("exec_command", ["cmd": "cat calc.py; echo hidden >ignored-not", "workdir": "/home/me/calc"])],
            [ToolCall(callID: "p", name: "apply_patch", arguments: Self.patch, result: "Success.")],
            [Self.call("Edit", edit), Self.call("Read", ["file_path": "/home/me/calc/calc.py"])],
            [Self.call("exec_command", ["cmd": .string(heredoc)])],
            // Never carried out.
            [Self.call("exec_command", ["cmd": "rm -rf /workspace/calc.py"], result: nil)],
        ])
        try await run(engine, session) { results, directory, harness in
            #expect(results.failure == nil)
            #expect(results.score == 1)
            #expect(results.agent.name == "replay" && results.agent.version == "recorded-1")
            #expect(
                results.diff.files.sorted()
                    == ["NOTES.txt", "README.md", "by-shell.txt", "calc.py", "ignored-not", "notes/new.txt"]
            )
            #expect(try String(contentsOf: directory.lastMessage, encoding: .utf8) == "It adds now.\n")
            let log = try harness.log(directory)
            #expect(log.contains("turn 1: shell cat calc.py"))
            #expect(log.contains("turn 3: edit /workspace/README.md"))
        }
    }

    @Test("gives no score when the record does not fit the files any more")
    func misfit() async throws {
        let edit: JSON = ["file_path": "/home/me/calc/README.md", "old_string": "Subtracts.", "new_string": "x"]
        try await run(.local, Self.session([[Self.call("Edit", edit)]])) { results, _, _ in
            #expect(results.outcome == .infrastructureFailure)
            #expect(
                results.failure?.hasSuffix("turn 1: /workspace/README.md: the text to replace is not there") == true
            )
        }
    }

    @Test("passes over a step that had not worked then either")
    func failedThen() async throws {
        let edit: JSON = ["file_path": "/home/me/calc/README.md", "old_string": "Subtracts.", "new_string": "x"]
        var failed = Self.call("Edit", edit, result: "not there")
        failed.isError = true
        let work = Self.call("exec_command", ["cmd": "printf '\\n## Usage\\n' >>README.md"])
        try await run(.local, Self.session([[failed], [work]])) { results, _, _ in
            #expect(results.failure == nil)
            #expect(results.score == 0.25)
        }
    }
}
