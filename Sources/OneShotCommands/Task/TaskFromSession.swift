import ArgumentParser
import Foundation
import OneShotCapture
import OneShotCore

/// What the commands `oneshot task from-…` are told about the task.
struct SourceOptions: ParsableArguments {
    @Option(help: "The task's title (default: drafted from the source).")
    var title: String?

    @Option(help: "What the agent is told, word for word (default: drafted from the source).")
    var instruction: String?

    @Option(help: "What else the person or agent who does the task must know.")
    var notes = ""

    @Option(name: .customLong("label"), help: "A label; may be given more than once.")
    var labels: [String] = []

    @Option(help: "What was done, for people; an agent that is given the task never sees it.")
    var summary = ""

    @OptionGroup var drafting: DraftOption

    func words(session: String? = nil) -> SourceWords {
        SourceWords(
            title: title,
            instruction: instruction,
            notes: notes,
            labels: labels,
            summary: summary,
            sessionID: session
        )
    }
}

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
