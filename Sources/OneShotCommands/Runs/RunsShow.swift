import ArgumentParser
import Foundation
import OneShotCore
import OneShotTrials

/// `oneshot runs show RUN`
struct RunsShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show the report of one run.",
        discussion: """
            The verdict, each criterion with its evidence, the tests, the change, what it took, and where the numbers come
            from; beside it the session that the task was captured from.

              oneshot runs show latest
            """
    )

    @OptionGroup var global: GlobalOptions

    @Argument(help: "The run: its id, the start of its id, its directory, or 'latest'.")
    var run: String

    func run() async throws {
        let directory = try RunDirectory.find(run, in: global.resolvedWorkspace().runs)
        let results = try ResultsFile.read(directory)
        let console = Console(quiet: global.quiet)
        if global.json {
            console.result(String(decoding: try StrictJSON.encode(results).dropLast(), as: UTF8.self))
        } else {
            console.result(try ResultsFile.report(directory))
        }
    }
}
