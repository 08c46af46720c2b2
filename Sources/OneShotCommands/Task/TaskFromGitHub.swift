import ArgumentParser
import Foundation
import OneShotCapture
import OneShotClient
import OneShotCore

/// `oneshot task from-github OWNER/NAME#N`
struct TaskFromGitHub: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "from-github",
        abstract: "Make a task of an issue or a pull request.",
        discussion: """
            The words come from GitHub, the commits from your repository; where they are not there, the error says what to \
            fetch. A pull request that closes an issue takes the issue's words. An issue needs the commits or the pull \
            request that close it.

            --from reads what the API answered from files, without a network. Else GITHUB_TOKEN is sent to the API where \
            it is set, and kept nowhere.

              oneshot task from-github psf/requests#6710
              oneshot task from-github psf/requests#6709 --commits v2.31.0..v2.32.0 --from issue.json
            """
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var repository: RepositoryOptions
    @OptionGroup var source: SourceOptions

    @Argument(help: "The issue or pull request.")
    var reference: String

    @Option(name: .customLong("from"), help: "A file with the API's answer; may be given more than once.")
    var files: [String] = []

    @Option(help: "The API's address.")
    var api = Forge.standardAPI

    @Option(help: "The number of the pull request that closes the issue.")
    var pull: Int?

    @Option(help: "The commits that close the issue: A..B, A...B, or one commit.")
    var commits: String?

    @Option(help: "The run id, or the agent's session id, of the session that made them.")
    var session: String?

    func run() async throws {
        guard let address = URL(string: api), ["http", "https"].contains(address.scheme), address.host != nil else {
            throw ClientError.badAddress(api)
        }
        let token = ProcessInfo.processInfo.environment["GITHUB_TOKEN"].flatMap { $0.isEmpty ? nil : $0 }
        var capture = TaskCapture(workspace: try global.resolvedWorkspace(for: repository))
        capture.draftingModel = try source.drafting.model()
        let task = try await capture.create(
            fromGitHub: try ForgeReference(reference),
            at: files.isEmpty ? .api(address, token: token) : .files(files.map { URL(fileURLWithPath: $0) }),
            pull: pull,
            commits: commits,
            words: source.words(session: session),
            in: repository.directory
        )
        Console(quiet: global.quiet).report(task, json: global.json)
    }
}
