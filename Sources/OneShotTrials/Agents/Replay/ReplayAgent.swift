import Foundation
import OneShotCore

/// A recorded session as the agent: what its model had its agent do to the files is done again in the sandbox, turn by
/// turn, without a model. It shows whether the recorded work still comes to what it came to.
struct ReplayAgent: Agent {
    let name = "replay"
    let session: Session
    let turns: [Turn]

    var version: String? { session.sessionID }

    struct Turn: Sendable, Equatable {
        var index: Int
        var steps: [Step]
    }

    struct Step: Sendable, Equatable {
        var action: ReplayStep
        /// It did not work then either.
        var hadFailed: Bool
    }

    /// - Throws: ``TrialError/notReplayable(session:reason:)`` for a session that says nothing of files, or has a call
    ///   that cannot be done again.
    init(_ session: Session) throws(TrialError) {
        self.session = session
        let directory = session.repository?.directory.map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 }
        var turns: [Turn] = []
        for turn in session.turns {
            var steps: [Step] = []
            // A call without a result was never carried out, as far as anybody knows.
            for call in turn.toolCalls where call.result != nil {
                guard let actions = ReplayStep.steps(of: call) else {
                    throw .notReplayable(
                        session: session.sessionID,
                        reason: "turn \(turn.index) calls \(call.name) in a way that cannot be read"
                    )
                }
                steps += actions.map { action in
                    let place = directory.map { action.moved(from: $0, to: InsidePath.workspace) } ?? action
                    return Step(action: place, hadFailed: Self.hadFailed(call))
                }
            }
            if !steps.isEmpty { turns.append(Turn(index: turn.index, steps: steps)) }
        }
        guard !turns.isEmpty else {
            throw .notReplayable(session: session.sessionID, reason: "it has no call of a tool that touches files")
        }
        self.turns = turns
    }

    private static func hadFailed(_ call: ToolCall) -> Bool {
        if call.isError == true { return true }
        let words = ["verification failed", "exited with code 1", "Failed to find", "error:"]
        let head = (call.result ?? "").prefix(400)
        return call.name.hasSuffix("apply_patch") && words.contains { head.contains($0) }
    }

    func launch(in directory: URL) async throws -> AgentLaunch {
        let steps = JSON.array(
            turns.map { turn in
                let steps = turn.steps.map { step -> JSON in
                    .object(step.action.json.members + [.init("had_failed", .bool(step.hadFailed))])
                }
                return ["turn": JSON(turn.index), "steps": .array(steps)]
            }
        )
        try AtomicFile.write(steps.compactText, to: directory.appendingPathComponent("steps.json"))
        try AtomicFile.write(ReplayProgram.text, to: directory.appendingPathComponent("replay.py"))
        let bin = directory.appendingPathComponent("bin")
        try AtomicFile.makeDirectory(bin)
        // Codex takes this out of shell lines and does it itself; here it is a program.
        let patch = "#!/bin/sh\nexec python3 -I \(InsidePath.agent)/replay.py patch \"$@\"\n"
        try AtomicFile.write(patch, to: bin.appendingPathComponent("apply_patch"), mode: 0o755)
        return AgentLaunch(command: ["python3", "-I", "\(InsidePath.agent)/replay.py"])
    }

    /// What the session's own agent said last.
    func reading(of output: Data) -> AgentReading {
        AgentReading(lastMessage: session.turns.last { !$0.output.isEmpty }?.output)
    }
}
