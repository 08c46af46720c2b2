import ArgumentParser
import Foundation
import OneShotCapture
import OneShotCore

/// `oneshot task abort`
struct TaskAbort: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "abort",
        abstract: "Drop the open task and its snapshot; your files stay as they are.",
        discussion: """
              oneshot task abort
            """
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var repository: RepositoryOptions

    func run() async throws {
        let capture = TaskCapture(workspace: try global.resolvedWorkspace(for: repository))
        let task = try await capture.abort(in: repository.directory)
        Console(quiet: global.quiet).result("dropped \(task.taskID)")
    }
}
