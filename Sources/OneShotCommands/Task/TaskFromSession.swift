import ArgumentParser
import Foundation
import OneShotCapture
import OneShotCore

/// `oneshot task from-session SESSION`
struct TaskFromSession: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "from-session",
        abstract: "Make a task of a session for which nobody called end_task.",
        discussion: """
            A task that is still open under this session is ended. Else the work is what lies between the commit at which \
            the session began (it names it, or the reflog has it) and the working tree as it is now.

              oneshot task from-session dogfood_readme_1764000000
              oneshot task from-session 019a8f --base HEAD~2 -C ../other-checkout
            """
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var repository: RepositoryOptions
    @OptionGroup var source: SourceOptions

    @Argument(help: "The run id, or the agent's own session id.")
    var session: String

    @Option(help: "The commit before the work.")
    var base: String?

    func run() async throws {
        var capture = TaskCapture(workspace: try global.resolvedWorkspace(for: repository))
        capture.draftingModel = try source.drafting.model()
        let task = try await capture.create(
            fromSession: session,
            base: base,
            words: source.words(),
            in: repository.repository == nil ? nil : repository.directory
        )
        Console(quiet: global.quiet).report(task, json: global.json)
    }
}
