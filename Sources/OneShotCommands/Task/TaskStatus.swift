import ArgumentParser
import Foundation
import OneShotCapture
import OneShotCore

/// `oneshot task status`
struct TaskStatus: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show the open task of this repository, or all open tasks of the workspace.",
        discussion: """
            Exits with 1 when there is none.

              oneshot task status --all
            """
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var repository: RepositoryOptions

    @Flag(help: "The open tasks of all repositories.")
    var all = false

    func run() async throws {
        let capture = TaskCapture(workspace: try global.resolvedWorkspace(for: repository))
        let tasks =
            all ? capture.openTasks() : [try await capture.openTask(in: repository.directory)].compactMap { $0 }
        let console = Console(quiet: global.quiet)
        if global.json {
            console.result(String(decoding: try StrictJSON.encode(tasks).dropLast(), as: UTF8.self))
        } else {
            for task in tasks { console.result(task.summary) }
            if tasks.isEmpty { console.note("no task is open") }
        }
        if tasks.isEmpty { throw ArgumentParser.ExitCode(OneShotCore.ExitCode.negative.rawValue) }
    }
}
