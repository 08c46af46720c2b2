import ArgumentParser
import Foundation
import OneShotCapture
import OneShotCore

/// `oneshot task start TITLE`
struct TaskStart: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "start",
        abstract: "Start a task: take a snapshot of the repository's working tree.",
        discussion: """
            Your branch, index, stash and files stay as they are. Work, alone or with an agent, then run \
            'oneshot task end'.

              oneshot task start "Add a --json flag" --notes "As in the other commands" --label cli
            """
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var repository: RepositoryOptions

    @Argument(help: "What is to be done, in a few words.")
    var title: String

    @OptionGroup var about: NoteOptions

    @Option(help: "The run id, or the agent's session id, of the recorded session (default: RUN_ID).")
    var session: String?

    func run() async throws {
        let capture = TaskCapture(workspace: try global.resolvedWorkspace(for: repository))
        let known = TaskRequest.sessionID(in: ProcessInfo.processInfo.environment)
        let request = try TaskRequest(
            title: title,
            notes: about.notes,
            labels: about.labels,
            sessionID: session ?? known
        )
        let task = try await capture.start(request, in: repository.directory)
        let console = Console(quiet: global.quiet)
        if global.json {
            console.result(String(decoding: try StrictJSON.encode(task).dropLast(), as: UTF8.self))
        } else {
            console.result("started \(task.summary)")
        }
    }
}
