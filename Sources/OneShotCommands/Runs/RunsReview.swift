import ArgumentParser
import Foundation
import OneShotCore
import OneShotTrials

/// `oneshot runs review`
struct RunsReview: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "review",
        abstract: "List where tests and judge contradict each other, and where the judge contradicts itself.",
        discussion: """
            Such a run is worth a person's look: as often as not a test or a criterion is wrong, and not the agent.

              oneshot runs review
              oneshot runs review latest --json
            """
    )

    @OptionGroup var global: GlobalOptions

    @Argument(help: "The runs; all of the workspace when none is named.")
    var runs: [String] = []

    func run() async throws {
        let place = try global.resolvedWorkspace().runs
        let console = Console(quiet: global.quiet)
        let chosen =
            runs.isEmpty ? try RunDirectory.list(in: place) : try runs.map { try RunDirectory.find($0, in: place) }
        let items = chosen.flatMap { run -> [ReviewQueue.Item] in
            do { return ReviewQueue.items(of: try ResultsFile.read(run)) } catch {
                console.note("oneshot: \(error)")
                return []
            }
        }
        if global.json { return try console.document(items) }
        if items.isEmpty { console.note("nothing to review in \(chosen.count) runs") }
        for item in items {
            console.result("\(item.run)\t\(item.kind.sentence)\t\(item.about)")
            if !item.detail.isEmpty { console.result("    \(oneLine(item.detail))") }
            for quote in item.evidence { console.result("    > \(oneLine(quote))") }
        }
    }

    private func oneLine(_ text: String) -> String {
        text.split(whereSeparator: \.isNewline).joined(separator: " ")
    }
}

extension ReviewQueue.Item.Kind {
    fileprivate var sentence: String {
        switch self {
        case .testsPassJudgeFails: "tests pass, judge fails"
        case .testsFailJudgePasses: "tests fail, judge passes"
        case .contested: "votes differ"
        }
    }
}
