import Foundation
import OneShotClient
import OneShotCore
import OneShotRedaction

/// The text of `LM_INSTRUCTIONS.md`, drafted from what a person said: the title, the first words about the work, what
/// was required later, and the notes. Nothing that an agent said, and no summary, gets in.
struct InstructionDraft: Sendable {
    let task: OpenTask
    let request: PersonsRequest

    var text: String {
        var text = "# \(task.title)\n"
        if !request.work.isEmpty { text += "\n\(request.work)\n" }
        let requirements = request.corrections.flatMap(\.requirements)
        if !requirements.isEmpty {
            text += "\n## Requirements\n\n" + requirements.map { "- \($0)\n" }.joined()
        }
        let notes = task.notes.trimmingBlanks
        if !notes.isEmpty { text += "\n## Notes\n\n\(notes)\n" }
        return text
    }

    /// The same in the words of a model, which sees nothing that the redactor would take out.
    func text(by model: ModelClient, _ redactor: Redactor) async throws -> String {
        func clean(_ text: String) -> String { redactor.redact(text).text }
        let question = InstructionQuestion(
            title: clean(task.title),
            words: clean(request.work),
            corrections: request.corrections.map { clean($0.words) },
            notes: clean(task.notes)
        )
        return "# \(task.title)\n\n\(try await model.instruction(question).trimmingBlanks)\n"
    }
}

extension StringProtocol {
    var trimmingBlanks: String { trimmingCharacters(in: .whitespacesAndNewlines) }
}
