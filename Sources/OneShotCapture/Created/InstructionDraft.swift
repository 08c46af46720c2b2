import Foundation
import OneShotCore

/// The text of `LM_INSTRUCTIONS.md`, drafted from what was said before the work: the title, the person's own first
/// words, and the notes. Nothing that was said afterwards gets in.
struct InstructionDraft: Sendable {
    let task: OpenTask
    let session: Session?

    var text: String {
        var text = "# \(task.title)\n"
        if let firstWords { text += "\n\(firstWords)\n" }
        let notes = task.notes.trimmingCharacters(in: .whitespacesAndNewlines)
        if !notes.isEmpty { text += "\n## Notes\n\n\(notes)\n" }
        return text
    }

    /// The first thing that the person said about the work: verbatim, but for sentences that are about our tools.
    var firstWords: String? {
        if let instruction = task.instruction?.trimmingCharacters(in: .whitespacesAndNewlines), !instruction.isEmpty {
            return instruction
        }
        guard let session else { return nil }
        return Self.messages(of: session, for: task).lazy
            .map { PersonsWords.withoutToolTalk($0) }
            .first { !$0.isEmpty }
    }

    /// The person's messages from the one that led to the start of the task.
    private static func messages(of session: Session, for task: OpenTask) -> [String] {
        let said = session.turns.enumerated().flatMap { index, turn in
            turn.input
                .filter { $0.kind == "message" && $0.role == "user" && !PersonsWords.isAgentsOwn($0.text) }
                .map { (turn: index, text: $0.text) }
        }
        let begun = session.turns.prefix { $0.startedAt <= task.startedAt }
        guard let start = begun.lastIndex(where: { $0.toolCalls.contains(where: \.startsTask) }) else {
            // Started from a shell: what was said since then, if anything was.
            let later = said.filter { $0.turn >= begun.count }
            return (later.isEmpty ? said : later).map(\.text)
        }
        let first = said.lastIndex { $0.turn <= start } ?? 0
        return said.dropFirst(first).map(\.text)
    }
}

extension ToolCall {
    /// Called directly, or from the JavaScript of Codex's code mode.
    fileprivate var startsTask: Bool {
        let mark = "repo_start_task_v1"
        return name.replacing(".", with: "_").contains(mark) || (name.hasSuffix("exec") && arguments.contains(mark))
    }
}
