import ArgumentParser
import Foundation
import OneShotCore
import OneShotTrials

/// `oneshot judge calibrate`
struct JudgeCalibrate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "calibrate",
        abstract: "Compare the judge's verdicts with those of a person.",
        discussion: """
            The file has a label for a criterion of a run in each line: as CSV, with the columns run, criterion and label
            named in the first line, or as JSON lines with these keys. A label is met or not_met. What comes out is
            Cohen's κ, how often the judge finds what is met and what is not, and the share that is really met of all
            criteria in the runs, corrected for the judge's errors, each with its 95 % interval.

              oneshot judge calibrate --labels labels.csv
              oneshot judge calibrate --labels labels.jsonl fix-the-parser_20261122_140100_9f2c --json
            """
    )

    @OptionGroup var global: GlobalOptions

    @Option(help: "The file with a person's labels.")
    var labels: String

    @Argument(help: "The runs whose rate is asked for; those of the labels when none is named.")
    var runs: [String] = []

    func run() async throws {
        let place = try global.resolvedWorkspace().runs
        var read: [String: TrialResults] = [:]
        func results(_ name: String) throws -> TrialResults {
            if let there = read[name] { return there }
            let results = try ResultsFile.read(try RunDirectory.find(name, in: place))
            read[name] = results
            return results
        }
        let labelled = try HumanLabel.read(URL(fileURLWithPath: labels)).map { ($0, try results($0.run)) }
        let calibration = try Calibration(labels: labelled, runs: try runs.map(results))
        let console = Console(quiet: global.quiet)
        if global.json { return try console.document(calibration) }
        console.result(calibration.text)
    }
}
