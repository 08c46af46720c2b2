import ArgumentParser
import Foundation
import OneShotCore
import OneShotPreparation
import OneShotSessions

/// `oneshot prepare TASK`
struct Prepare: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make a hermetic, checkable task of a captured one.",
        discussion: """
            Writes data/tasks/prepared/<name>: the repository at its start without history, an environment, tests and
            a rubric, the redacted trace, and the solution kept apart. What you edit there is kept when you prepare
            again. With --draft a model writes the instruction, the rubric and one more file of tests; read them, and have
            'oneshot validate' prove them.

              oneshot prepare data/tasks/created/add-architecture-section_20261122_134501
              oneshot prepare add-architecture-section_20261122_134501 --draft
            """
    )

    @OptionGroup var global: GlobalOptions

    @Argument(help: "The directory of a created task, or its name.")
    var task: String

    @Flag(help: "Throw away what was edited in the prepared task.")
    var force = false

    @OptionGroup var allowed: AllowedFindings
    @OptionGroup var drafting: DraftOption

    func run() async throws {
        let console = Console(quiet: global.quiet)
        let workspace = try global.resolvedWorkspace()
        let outcome = try await TaskPreparation.prepare(
            created: TaskPreparation.directory(named: task, in: workspace),
            workspace: workspace,
            options: .init(
                discardsEdits: force,
                allowedPaths: allowed.paths,
                redactor: try await RedactionPolicy.load(workspace).redactor(hidesPeople: true),
                draftingModel: try drafting.model()
            ),
            progress: { console.note($0) }
        )
        if global.json {
            let report: JSON = [
                "task": .string(outcome.task.layout.directory.path),
                "tests": .array(outcome.tests.map { .string($0) }),
                "kept": .array(outcome.kept.map { .string($0) }),
                "notes": .array(outcome.notes.map { .string($0) }),
            ]
            console.result(report.prettyText)
            return
        }
        for path in outcome.kept { console.note("kept your edits: \(path)") }
        for note in outcome.notes { console.note("note: \(note)") }
        let (tests, criteria) = (outcome.tests.count, outcome.task.rubric.criteria.count)
        console.note("\(tests) test\(tests == 1 ? "" : "s"), \(criteria) criteri\(criteria == 1 ? "on" : "a")")
        console.result(outcome.task.layout.directory.path)
    }
}
