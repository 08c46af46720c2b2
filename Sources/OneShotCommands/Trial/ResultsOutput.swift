import ArgumentParser
import Foundation
import OneShotCore
import OneShotTrials

/// A trial's results on the terminal, and the exit code that they mean.
struct ResultsOutput {
    let console: Console
    let json: Bool

    /// - Throws: the exit code, for any outcome but a score that is good enough.
    func show(_ results: TrialResults, _ directory: RunDirectory, minimum: Double?) throws {
        if json {
            console.result(String(decoding: try StrictJSON.encode(results).dropLast(), as: UTF8.self))
        } else {
            for line in lines(results, directory) { console.result(line) }
        }
        switch results.outcome {
        case .scored:
            guard let minimum else { return }
            guard let score = results.score, score >= minimum else {
                console.note("the score is below \(minimum)")
                throw code(.negative)
            }
        case .infrastructureFailure:
            if let failure = results.failure { console.note("oneshot: \(failure)") }
            throw code(.environment)
        case .refusedByBudget:
            if let failure = results.failure { console.note("oneshot: \(failure)") }
            throw code(.environment)
        case .cancelled:
            console.note("oneshot: stopped; 'oneshot run --resume \(directory.name)' goes on with it")
            throw code(.interrupted)
        }
    }

    private func lines(_ results: TrialResults, _ directory: RunDirectory) -> [String] {
        var lines: [String] = []
        if results.outcome == .scored {
            lines += results.criteria.map { criterion in
                "\(criterion.value.map { "\($0)" } ?? "unscored")\t\(criterion.id) (\(criterion.source.reason))"
            }
            var verdict = "score \(results.score.map { "\($0)" } ?? "none")"
            if results.coverage < 1 { verdict += " from \(Int((results.coverage * 100).rounded())) % of the rubric" }
            if let stop = results.stop { verdict += ", \(stop)" }
            lines.append(verdict)
        } else {
            lines.append(results.outcome == .cancelled ? "cancelled" : "not graded")
        }
        if results.usage.totalTokens > 0 { lines.append("tokens \(results.usage.totalTokens)") }
        return lines + ["results \(directory.results.path)"]
    }

    private func code(_ code: OneShotCore.ExitCode) -> ArgumentParser.ExitCode { .init(code.rawValue) }
}
