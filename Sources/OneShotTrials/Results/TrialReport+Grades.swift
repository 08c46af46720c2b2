import OneShotCore
import OneShotRecorder

/// What the score is made of.
extension TrialReport {
    var criteria: String {
        guard !results.criteria.isEmpty else { return "" }
        let rows = results.criteria.map { criterion in
            let value = criterion.value.map(Self.number) ?? "unscored"
            return "| \(Self.cell(criterion.id)) | \(Self.number(criterion.weight)) | \(value) | "
                + "\(criterion.binding.rawValue) | \(Self.cell(criterion.source.reason))"
                + "\(criterion.contested ? " (contested)" : "") |"
        }
        return "## Criteria\n\n| criterion | weight | value | by | from |\n| --- | --: | --: | --- | --- |\n"
            + rows.joined(separator: "\n")
    }

    /// What the judge says and quotes, and how far it agrees with itself.
    var judge: String {
        let judged = results.criteria.filter { $0.binding == .judge && !$0.source.votes.isEmpty }
        guard !judged.isEmpty else { return "" }
        var parts = judged.map { criterion in
            let quotes = criterion.source.quotes.prefix(5).map { quote in
                quote.split(whereSeparator: \.isNewline).map { "> \(Self.code(String($0)))" }.joined(separator: "\n")
            }
            return (["### \(Self.cell(criterion.id))"] + Self.opinions(criterion) + quotes).joined(separator: "\n\n")
        }
        if let judge = results.judge {
            let agreement = judge.agreement
            let alpha =
                agreement.alpha.map {
                    "Krippendorff's α over \(agreement.criteria) criteria and \(agreement.votes) votes: \(Self.number($0))."
                } ?? "Krippendorff's α is not defined: no two votes differ, or no criterion has two."
            parts.append(
                "\(judge.votes) \(judge.votes == 1 ? "vote" : "votes") each of "
                    + "\(judge.models.map(Self.code).joined(separator: ", ")). \(alpha) The judge used "
                    + "\(Self.spending(judge.spending)), which are not among the trial's."
            )
        }
        return "## Judge\n\n" + parts.joined(separator: "\n\n")
    }

    /// The words of one vote for each verdict that was given.
    private static func opinions(_ criterion: CriterionResult) -> [String] {
        let votes = criterion.source.votes
        return [JudgeVote.Verdict.met, .notMet, .none].compactMap { verdict in
            let same = votes.filter { $0.verdict == verdict }
            guard let first = same.first else { return nil }
            let name =
                switch verdict {
                case .met: "met"
                case .notMet: "not met"
                case .none: "no vote"
                }
            return "**\(same.count) of \(votes.count): \(name).** \(cell(first.reasoning))"
        }
    }

    static func spending(_ spending: Spending) -> String {
        let usage = spending.usage
        var text = "\(spending.calls) \(spending.calls == 1 ? "call" : "calls"), \(usage.totalTokens) tokens"
        if let dollars = spending.dollars { text += ", \(Dollars.text(dollars)) US dollars" }
        if spending.unpricedCalls > 0 { text += ", \(spending.unpricedCalls) calls without a known price" }
        return text
    }

    var tests: String {
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
    private static let mostCases = 60

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
}
