import Foundation
import OneShotCore
import OneShotRecorder

/// `scoring_results.md`: what a person wants to know about a trial.
struct TrialReport: Sendable {
    var results: TrialResults
    var diff: String

    /// How much of the diff is shown.
    static let diffBytes = 20_000

    var markdown: String {
        [heading, verdict, criteria, tests, change, run, provenance].filter { !$0.isEmpty }.joined(separator: "\n\n")
            + "\n"
    }

    private var heading: String { "# \(results.taskID): \(results.agent.name)" }

    private var verdict: String {
        guard results.outcome == .scored else {
            let what =
                switch results.outcome {
                case .cancelled: "Cancelled"
                case .refusedByBudget: "Not graded: the budget allowed no call of the model"
                default: "Not graded, and not the agent's fault"
                }
            return "**\(what)**: \(results.failure ?? "")"
        }
        guard let score = results.score else { return "**No score**: no criterion could be graded." }
        var text = "**Score \(Self.number(score))**"
        if results.coverage < 1 { text += ", from \(Self.percent(results.coverage)) of the rubric's weight" }
        if let limit = results.limit { text += ". The agent was stopped at \(results.limits.text(of: limit))" }
        return text + "."
    }

    private var criteria: String {
        guard !results.criteria.isEmpty else { return "" }
        let rows = results.criteria.map { criterion in
            let value = criterion.value.map(Self.number) ?? "unscored"
            return "| \(Self.cell(criterion.id)) | \(Self.number(criterion.weight)) | \(value) | "
                + "\(criterion.binding.rawValue) | \(Self.cell(criterion.source.reason)) |"
        }
        let quotes = results.criteria.flatMap { criterion in
            criterion.source.quotes.prefix(5).map { "- \(criterion.id): `\(Self.cell($0))`" }
        }
        let evidence = quotes.isEmpty ? "" : "\n\nEvidence that the judge quoted:\n\n" + quotes.joined(separator: "\n")
        return "## Criteria\n\n| criterion | weight | value | by | from |\n| --- | --: | --: | --- | --- |\n"
            + rows.joined(separator: "\n") + evidence
    }

    private var tests: String {
        guard !results.tests.isEmpty else { return "" }
        let passed = results.tests.count { $0.status == .passed }
        let rows = results.tests.map { test in
            "| \(Self.cell(test.name)) | \(test.status.rawValue) | \(Self.number(test.duration)) | "
                + "\(Self.cell(String(test.message.prefix(300)))) |"
        }
        return "## Tests: \(passed) of \(results.tests.count) passed\n\n| test | result | seconds | message |\n"
            + "| --- | --- | --: | --- |\n" + rows.joined(separator: "\n")
            + results.tests.map(Self.cases).joined()
    }

    /// How many cases of a suite are shown.
    static let mostCases = 60

    /// The cases of a suite, those that did not pass first.
    private static func cases(_ test: TestResult) -> String {
        guard !test.cases.isEmpty else { return "" }
        let ordered = test.cases.filter { $0.status != .passed } + test.cases.filter { $0.status == .passed }
        let rows = ordered.prefix(mostCases).map { item in
            "| \(cell(item.name)) | \(item.status.rawValue) | \(number(item.duration)) | "
                + "\(cell(String(item.message.prefix(200)))) |"
        }
        let left = ordered.count - mostCases
        return
            "\n\n### Cases of \(cell(test.name))\n\n| case | result | seconds | message |\n| --- | --- | --: | --- |\n"
            + rows.joined(separator: "\n")
            + (left > 0 ? "\n\n\(left) more are in `results.json`." : "")
    }

    private var change: String {
        guard results.artifacts["diff"] != nil else { return "" }
        let summary = results.diff
        guard !summary.files.isEmpty else { return "## Change\n\nThe agent changed nothing." }
        let files = summary.files.prefix(20).map { "`\($0)`" }.joined(separator: ", ")
        let more = summary.files.count > 20 ? " and \(summary.files.count - 20) more" : ""
        let excerpt = DiffExcerpt.cut(diff, to: Self.diffBytes)
        let cut = excerpt == diff ? "" : " Files are cut here; `artifacts/diff.patch` has all of it."
        // A fence that is longer than any in the text.
        let fence = String(repeating: "`", count: max(3, Self.longestRun(of: "`", in: excerpt) + 1))
        return """
            ## Change

            \(summary.files.count) \(summary.files.count == 1 ? "file" : "files"), \
            +\(summary.insertions) −\(summary.deletions): \(files)\(more).\(cut)

            \(fence)diff
            \(excerpt)\(fence)
            """
    }

    private var run: String {
        let phases = results.phases.map { "\($0.name.rawValue) \(Self.number($0.seconds))" }.joined(separator: ", ")
        let usage = results.usage
        let model = results.agent.model.map { ", model \($0)" } ?? ""
        let tokens = results.limits.tokens.map { " of \($0)" } ?? ""
        return """
            ## Run

            | | |
            | --- | --- |
            | agent | \(results.agent.name)\(results.agent.version.map { " \($0)" } ?? "")\(Self.cell(model)) |
            | exit code | \(results.exitCode.map { "\($0)" } ?? "none") |
            | engine | \(results.engine.name), \(Self.cell(results.engine.version)) |
            | started | \(results.startedAt) |
            | seconds | \(phases) |
            | tokens | \(usage.freshTokens) fresh\(tokens); \(usage.inputTokens) in (\(usage.cachedInputTokens) cached), \
            \(usage.outputTokens) out (\(usage.reasoningTokens) reasoning) |
            """
    }

    private var provenance: String {
        let hashes = results.hashes.sorted { $0.key < $1.key }.map { "| \($0.key) | `\($0.value)` |" }
        let files = results.artifacts.sorted { $0.key < $1.key }.map { "- \($0.key): `\($0.value)`" }
        return """
            ## Where these numbers come from

            Run `\(results.runID)`, grading \(results.grading), task `\(results.task)`, OneShot \
            \(results.versions.oneshot), results format \(results.versions.schema).

            | SHA-256 of | |
            | --- | --- |
            \(hashes.joined(separator: "\n"))

            \(files.joined(separator: "\n"))
            """
    }

    static func number(_ value: Double) -> String {
        let text = String((value * 1000).rounded() / 1000)
        return text.hasSuffix(".0") && value >= 10 ? String(text.dropLast(2)) : text
    }

    private static func percent(_ share: Double) -> String { "\(Int((share * 100).rounded())) %" }

    /// Text inside a table.
    private static func cell(_ text: String) -> String {
        text.split(whereSeparator: \.isNewline).joined(separator: " ").replacing("|", with: "\\|")
    }

    private static func longestRun(of character: Character, in text: String) -> Int {
        var longest = 0
        var current = 0
        for next in text {
            current = next == character ? current + 1 : 0
            longest = max(longest, current)
        }
        return longest
    }
}

extension TrialResults.Limits {
    /// Such as `its time limit, 900 s`.
    fileprivate func text(of limit: TrialLimit) -> String {
        func tokens(_ kind: String, _ value: Int?) -> String { "its \(kind)token limit, \(value ?? 0) tokens" }
        return switch limit {
        case .time: "its time limit, \(timeSeconds) s"
        case .tokens: tokens("", self.tokens)
        case .inputTokens: tokens("input ", inputTokens)
        case .outputTokens: tokens("output ", outputTokens)
        case .totalTokens: tokens("total ", totalTokens)
        case .requests: "its request limit, \(requests ?? 0) calls"
        case .dollars: "its cost limit, \(Dollars.text(dollars ?? 0)) US dollars"
        }
    }
}
