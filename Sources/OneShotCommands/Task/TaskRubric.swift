import ArgumentParser
import OneShotCore
import OneShotPreparation

/// `oneshot task rubric TASK`
struct TaskRubric: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rubric",
        abstract: "Say how the rubric of a prepared task is understood.",
        discussion: """
            Each criterion with its share of the weight and who grades it, and the tests that count for nothing. What does \
            not make sense is an error with line and column: docs/formats/rubric.md.

              oneshot task rubric data/tasks/prepared/add-a-json-flag
            """
    )

    @OptionGroup var global: GlobalOptions

    @Argument(help: "The directory of a prepared task, or its name.")
    var task: String

    func run() async throws {
        let prepared = try PreparedTask.load(
            PreparedTask.directory(named: task, in: try global.resolvedWorkspace())
        )
        let reading = try RubricReading(of: prepared.layout)
        Console(quiet: global.quiet).result(global.json ? reading.json.prettyText : reading.text)
    }
}
