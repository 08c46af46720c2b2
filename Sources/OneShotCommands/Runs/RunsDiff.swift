import ArgumentParser
import Foundation
import OneShotCore
import OneShotTrials

/// `oneshot runs diff A B`
struct RunsDiff: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Compare two runs: score, criteria, tests that flipped, time, tokens, cost.",
        discussion: """
            'reference' in the place of the second run is the session that the task was captured from: what a person and
            an agent came to together, beside what an agent came to alone.

              oneshot runs diff fix-the-parser_20261122_140100_9f2c latest
              oneshot runs diff latest reference --json
            """
    )

    @OptionGroup var global: GlobalOptions

    @Argument(help: "A run: its id, the start of its id, its directory, or 'latest'.")
    var left: String

    @Argument(help: "Another, or 'reference'.")
    var right: String

    func run() async throws {
        let runs = try global.resolvedWorkspace().runs
        let directory = try RunDirectory.find(left, in: runs)
        let first = try ResultsFile.read(directory)
        let comparison: RunComparison
        if right == "reference" {
            guard let beside = RunComparison(withReferenceOf: first) else {
                throw TrialError.noReference(run: directory.name)
            }
            comparison = beside
        } else {
            comparison = RunComparison(first, try ResultsFile.read(try RunDirectory.find(right, in: runs)))
        }
        let console = Console(quiet: global.quiet)
        if global.json { return try console.document(comparison) }
        console.result(String(comparison.text.dropLast()))
    }
}
