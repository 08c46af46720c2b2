import ArgumentParser
import Foundation
import OneShotCore
import OneShotTrials

/// `oneshot runs`
struct Runs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The trials that were run.",
        subcommands: [RunsList.self, RunsShow.self],
        defaultSubcommand: RunsList.self
    )
}

/// `oneshot runs list`
struct RunsList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the workspace's runs, the oldest first.",
        discussion: "  oneshot runs list"
    )

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let console = Console(quiet: global.quiet)
        let runs = try RunDirectory.list(in: global.resolvedWorkspace().runs)
        let results = runs.compactMap { run -> TrialResults? in
            do { return try ResultsFile.read(run) } catch {
                console.note("oneshot: \(error)")
                return nil
            }
        }
        if global.json {
            console.result(String(decoding: try StrictJSON.encode(results).dropLast(), as: UTF8.self))
            return
        }
        for run in results {
            let score = run.score.map { "\($0)" } ?? (run.outcome == .scored ? "unscored" : run.outcome.rawValue)
            let agent = [run.agent.name, run.agent.model].compactMap { $0 }.joined(separator: " ")
            console.result([run.runID, agent, score, run.limit?.rawValue ?? "-"].joined(separator: "\t"))
        }
    }
}
