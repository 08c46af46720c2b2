import ArgumentParser
import Foundation
import OneShotCapture
import OneShotCore

/// `oneshot task resume`
struct TaskResume: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Set the open task going again, after a crash or in a new shell.",
        discussion: """
            Makes what is missing again, keeps the working tree as it is now as a state of the task, and says what to \
            do next. States are taken while 'oneshot up', the agent's MCP server or 'resume --watch' runs.

              oneshot task resume
            """
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var repository: RepositoryOptions

    @Flag(help: "Go on taking states until the task ends.")
    var watch = false

    func run() async throws {
        let workspace = try global.resolvedWorkspace(for: repository)
        let capture = TaskCapture(workspace: workspace)
        let resumed = try await capture.resume(in: repository.directory)
        let console = Console(quiet: global.quiet)
        if global.json {
            console.result(String(decoding: try StrictJSON.encode(resumed).dropLast(), as: UTF8.self))
        } else {
            for line in resumed.done { console.result(line) }
            console.result(resumed.task.summary)
            console.result(
                "  states      \(resumed.states)\(resumed.isWatched ? ", and more as the work goes on" : "")"
            )
            console.note("next: work on, then 'oneshot task end'; 'oneshot task abort' drops the task")
        }
        guard watch else { return }
        let watching = WorkspaceWatch(workspace: workspace) { console.note("oneshot: \($0)") }
        try await watching.during {
            while capture.openTasks().contains(where: { $0.taskID == resumed.task.taskID }) {
                try await Task.sleep(for: .milliseconds(500))
            }
        }
    }
}
