import ArgumentParser
import Foundation
import OneShotCore
import OneShotTrials

/// `oneshot score RUN`
struct Score: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Grade a run again by the task's rubric and tests as they are now.",
        discussion: """
            The agent is not run again: its diff is applied to the start commit. The results so far are kept beside the
            new ones as results.1.json, results.2.json, …

              oneshot score latest
              oneshot score fix-the-parser_20261122_140100_9f2c --judge-only --min-score 0.8
            """
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var engine: EngineOption

    @Argument(help: "The run: its id, the start of its id, its directory, or 'latest'.")
    var run: String

    @Option(help: "Where the prepared task is now (default: where the run found it).")
    var task: String?

    @Option(help: "An overrides.json to use in place of the task's own.")
    var overrides: String?

    @Flag(help: "Run the tests again and keep the judge's verdicts.")
    var testsOnly = false

    @Flag(help: "Ask the judge again and keep the outcomes of the tests.")
    var judgeOnly = false

    @OptionGroup var judging: JudgingOptions

    @Option(help: "Seconds for all tests together.")
    var testTimeout = 600

    @Option(help: "Exit with 1 when the score is lower, or there is none.")
    var minScore: Double?

    func validate() throws {
        if testsOnly, judgeOnly { throw ValidationError("--tests-only and --judge-only exclude each other") }
        if testsOnly, judging.options != JudgeOptions() {
            throw ValidationError("--tests-only asks no judge; leave --judge-model and --votes out")
        }
    }

    func run() async throws {
        let workspace = try global.resolvedWorkspace()
        let directory = try RunDirectory.find(run, in: workspace.runs)
        let scope: ScoringScope = testsOnly ? .testsOnly : judgeOnly ? .judgeOnly : .all
        let results = try await Interruption.cancelling { [engine, task, overrides, judging, testTimeout] in
            let runner = TrialRunner(
                workspace: workspace,
                engine: try await engine.choose(),
                version: OneShotVersion.text
            )
            return try await runner.score(
                directory,
                task: task.map { URL(fileURLWithPath: $0) },
                overrides: overrides.map { URL(fileURLWithPath: $0) },
                scope: scope,
                judging: judging.options,
                verifierLimit: .seconds(testTimeout)
            )
        }
        try ResultsOutput(console: Console(quiet: global.quiet), json: global.json)
            .show(results, directory, minimum: minScore)
    }
}
