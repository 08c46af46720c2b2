import ArgumentParser
import Foundation
import OneShotCapture
import OneShotCore

/// `oneshot task list`
struct TaskList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the created tasks of the workspace, the newest first.",
        discussion: """
              oneshot task list
            """
    )

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let tasks = try TaskCapture(workspace: try global.resolvedWorkspace()).createdTasks()
        let console = Console(quiet: global.quiet)
        if global.json {
            console.result(String(decoding: try StrictJSON.encode(tasks.map(\.metadata)).dropLast(), as: UTF8.self))
        } else {
            let width = tasks.map(\.taskID.count).max() ?? 0
            for task in tasks {
                let padding = String(repeating: " ", count: width - task.taskID.count)
                console.result(
                    "\(task.taskID)\(padding)  \(task.metadata?.metadata.title ?? "damaged: \(task.problem)")"
                )
            }
            if tasks.isEmpty { console.note("no task has been created yet; see 'oneshot task start --help'") }
        }
    }
}
