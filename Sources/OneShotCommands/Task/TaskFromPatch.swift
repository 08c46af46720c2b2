import ArgumentParser
import Foundation
import OneShotCapture
import OneShotCore

/// `oneshot task from-patch FILE --base REV`
struct TaskFromPatch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "from-patch",
        abstract: "Make a task of a patch on a commit.",
        discussion: """
            The patch is applied in a place of ours; the working tree is not looked at. The message of a file that \
            'git format-patch' wrote is the instruction, but for paragraphs that quote the change.

              oneshot task from-patch 0001-Support-TOML.patch --base v1.2
            """
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var repository: RepositoryOptions
    @OptionGroup var source: SourceOptions

    @Argument(help: "What 'git diff' or 'git format-patch' wrote.", completion: .file())
    var patch: String

    @Option(help: "The commit that the patch was made for.")
    var base: String

    @Option(help: "The run id, or the agent's session id, of the session that made it.")
    var session: String?

    func run() async throws {
        var capture = TaskCapture(workspace: try global.resolvedWorkspace(for: repository))
        capture.draftingModel = try source.drafting.model()
        let task = try await capture.create(
            fromPatch: URL(fileURLWithPath: patch),
            base: base,
            words: source.words(session: session),
            in: repository.directory
        )
        Console(quiet: global.quiet).report(task, json: global.json)
    }
}
