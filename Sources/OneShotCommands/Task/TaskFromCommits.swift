import ArgumentParser
import OneShotCapture
import OneShotCore

/// `oneshot task from-commits A..B`
struct TaskFromCommits: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "from-commits",
        abstract: "Make a task of commits.",
        discussion: """
            The working tree is not looked at. A..B is what lies between two commits, A...B what B adds to where the two \
            part, and one commit alone is what it changed. Without --instruction the agent is told what the commit \
            messages say, but for paragraphs that quote the change; those are in notes.md.

              oneshot task from-commits v1.2..v1.3 --title "Support TOML" --instruction "Read TOML files, too."
              oneshot task from-commits 1f2e3d4
            """
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var repository: RepositoryOptions
    @OptionGroup var source: SourceOptions

    @Argument(help: "A..B, A...B, or one commit.")
    var commits: String

    @Option(help: "The run id, or the agent's session id, of the session that made them.")
    var session: String?

    func run() async throws {
        var capture = TaskCapture(workspace: try global.resolvedWorkspace(for: repository))
        capture.draftingModel = try source.drafting.model()
        let task = try await capture.create(
            fromCommits: commits,
            words: source.words(session: session),
            in: repository.directory
        )
        Console(quiet: global.quiet).report(task, json: global.json)
    }
}
