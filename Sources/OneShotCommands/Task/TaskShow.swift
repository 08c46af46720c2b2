import ArgumentParser
import Foundation
import OneShotCapture
import OneShotCore

/// `oneshot task show TASK`
struct TaskShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show a created task: its instruction, its changes and where it comes from.",
        discussion: """
              oneshot task show add-a-json-flag_20261122_134501
            """
    )

    @OptionGroup var global: GlobalOptions

    @Argument(help: "The task's id, or its directory.")
    var task: String

    func run() async throws {
        let capture = TaskCapture(workspace: try global.resolvedWorkspace())
        let task = try capture.createdTask(task)
        Console(quiet: global.quiet).result(global.json ? try task.json().prettyText : try task.text())
    }
}
