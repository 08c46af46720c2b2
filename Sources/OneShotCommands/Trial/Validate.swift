import ArgumentParser
import Foundation
import OneShotCore
import OneShotTrials

/// `oneshot validate TASK`
struct Validate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Prove that a prepared task can be failed and can be passed.",
        discussion: """
            Doing nothing must score 0 and the solution must score 1, each twice, on the criteria that are bound to
            tests. What was proved, and for which bytes, is written to validation.json in the task. Exits with 1 when
            the task is not admitted.

              oneshot validate data/tasks/prepared/fix-the-parser
            """
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var engine: EngineOption

    @Argument(help: "The directory of a prepared task.")
    var task: String

    @Option(help: "An overrides.json to use in place of the task's own.")
    var overrides: String?

    @Option(help: "Seconds for all tests of one check together.")
    var testTimeout = 600

    func run() async throws {
        let console = Console(quiet: global.quiet)
        let workspace = try global.resolvedWorkspace()
        let directory = URL(fileURLWithPath: task)
        let record = try await Interruption.cancelling { [engine, overrides, testTimeout] in
            let runner = TrialRunner(
                workspace: workspace,
                engine: try await engine.choose(),
                version: OneShotVersion.text
            )
            return try await runner.validate(
                directory,
                overrides: overrides.map { URL(fileURLWithPath: $0) },
                verifierLimit: .seconds(testTimeout)
            ) { check in
                console.note("checking: \(check)")
            }
        }
        if global.json {
            console.result(String(decoding: try StrictJSON.encode(record), as: UTF8.self))
        } else {
            for check in record.checks {
                let score = check.score.map { "\($0)" } ?? "none"
                console.result(
                    "\(check.passed ? "ok  " : "no  ") \(check.name): score \(score), expected \(check.expected)"
                )
            }
            console.result(record.admitted ? "admitted" : "not admitted")
            for reason in record.reasons { console.result("  \(reason)") }
        }
        if !record.admitted { throw ArgumentParser.ExitCode(OneShotCore.ExitCode.negative.rawValue) }
    }
}
