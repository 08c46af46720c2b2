import ArgumentParser
import Foundation
import OneShotCore
import OneShotRecorder
import OneShotTrials

/// `oneshot runs`
struct Runs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The trials that were run.",
        subcommands: [RunsList.self, RunsShow.self, RunsDiff.self, RunsReview.self],
        defaultSubcommand: RunsList.self
    )
}

/// `oneshot runs list`
struct RunsList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the workspace's runs, the oldest first.",
        discussion: """
            Id, agent and model, score or outcome, the limit that stopped it, tokens and cost of all attempts. A run that
            was interrupted is gone on with by 'oneshot run --resume RUN'.

              oneshot runs list
            """
    )

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let console = Console(quiet: global.quiet)
        let runs = try RunDirectory.list(in: global.resolvedWorkspace().runs, unfinished: true)
        let listings = runs.compactMap { run -> RunListing? in
            do { return try RunListing(run) } catch {
                console.note("oneshot: \(error)")
                return nil
            }
        }
        if global.json { return try console.document(listings) }
        for run in listings { console.result(line(run)) }
    }

    private func line(_ run: RunListing) -> String {
        let result =
            switch run.outcome {
            case nil: run.state
            case .scored?: run.score.map { "\($0)" } ?? "unscored"
            case .some(let outcome): outcome.rawValue
            }
        let agent = [run.agent, run.model].compactMap { $0 }.joined(separator: " ")
        var fields = [run.run, agent, result, run.limit?.rawValue ?? "-", "\(run.tokens) tokens"]
        if let cost = run.costUSD { fields.append("$\(Dollars.text(cost))") }
        if run.attempts > 1 { fields.append("\(run.attempts) attempts") }
        return fields.joined(separator: "\t")
    }
}
