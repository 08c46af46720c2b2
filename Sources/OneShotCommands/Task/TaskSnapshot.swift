import ArgumentParser
import Foundation
import OneShotCapture
import OneShotCore

/// `oneshot task snapshot`
struct TaskSnapshot: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "snapshot",
        abstract: "Keep the working tree as it is now as a state of the open task.",
        discussion: """
            States show how the work went; the ones that you reject become near misses for the task's tests. They are \
            taken by themselves while 'oneshot up' or the agent's MCP server runs.

              oneshot task snapshot
            """
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var repository: RepositoryOptions

    func run() async throws {
        let capture = TaskCapture(workspace: try global.resolvedWorkspace(for: repository))
        let state = try await capture.captureState(in: repository.directory)
        let console = Console(quiet: global.quiet)
        if global.json {
            console.result(String(decoding: try StrictJSON.encode([state].compactMap { $0 }).dropLast(), as: UTF8.self))
        } else {
            console.result(state.map { "state \($0.index)" } ?? "nothing has changed since the last state")
        }
    }
}
