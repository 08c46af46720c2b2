import ArgumentParser
import Foundation
import OneShotCapture
import OneShotCore

/// `oneshot task remove TASK`
struct TaskRemove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Remove a created task, with its snapshots.",
        discussion: """
            What was prepared from it stays.

              oneshot task remove add-a-json-flag_20261122_134501
            """
    )

    @OptionGroup var global: GlobalOptions

    @Argument(help: "The task's id, or its directory.")
    var task: String

    func run() async throws {
        let id = try await TaskCapture(workspace: try global.resolvedWorkspace()).remove(task)
        Console(quiet: global.quiet).result("removed \(id)")
    }
}
