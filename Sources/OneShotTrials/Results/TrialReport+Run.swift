import OneShotCore
import OneShotRecorder

/// What was done, what it took, and where the numbers come from.
extension TrialReport {
    /// How much of the diff is shown.
    private static let diffBytes = 20_000

    var change: String {
        guard results.artifacts["diff"] != nil else { return "" }
        let summary = results.diff
        guard !summary.files.isEmpty else { return "## Change\n\nThe agent changed nothing." }
        let files = summary.files.prefix(20).map(Self.code).joined(separator: ", ")
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

    var run: String {
        let phases = results.phases.map { "\($0.name.rawValue) \(Self.number($0.seconds))" }.joined(separator: ", ")
        let usage = results.usage
        let model = results.agent.model.map { ", model \($0)" } ?? ""
        let tokens = results.limits.tokens.map { " of \($0)" } ?? ""
        var cost = results.costUSD.map { "\(Dollars.text($0)) US dollars" } ?? "unknown"
        if results.unpricedCalls > 0 { cost += ", without \(results.unpricedCalls) calls of a model without a price" }
        return """
            ## Run

            | | |
            | --- | --- |
            | agent | \(results.agent.name)\(results.agent.version.map { " \($0)" } ?? "")\(Self.cell(model)) |
            | exit code | \(results.exitCode.map { "\($0)" } ?? "none") |
            | engine | \(results.engine.name), \(Self.cell(results.engine.version)) |
            | started | \(results.startedAt) |
            | limits | \(results.limits.text) |
            | seconds | \(Self.number(results.seconds)): \(phases) |
            | model calls | \(results.calls) |
            | tokens | \(usage.freshTokens) fresh\(tokens); \(usage.inputTokens) in (\(usage.cachedInputTokens) cached), \
            \(usage.outputTokens) out (\(usage.reasoningTokens) reasoning) |\(stripped)
            | cost | \(cost) |
            """
    }

    var attempts: String {
        guard results.attempts.count > 1 else { return "" }
        let rows = results.attempts.map { attempt in
            "| \(attempt.attempt) | \(attempt.outcome.rawValue) | \(Self.spending(attempt.spending)) | "
                + "\(Self.cell(attempt.failure ?? "")) |"
        }
        return """
            ## Attempts

            | attempt | outcome | used | why |
            | --: | --- | --- | --- |
            \(rows.joined(separator: "\n"))

            Together: \(Self.spending(results.spent)). Each has its files in `attempt-N/`.
            """
    }

    /// The agent alone beside the person and the agent together.
    var reference: String {
        guard let comparison = RunComparison(withReferenceOf: results), let reference = results.reference else {
            return ""
        }
        let alone = comparison.left
        let together = comparison.right
        let score = reference.tests.map { "\(Self.number($0.score)) (tests, \($0.runs) runs of its solution)" }
        return """
            ## Alone and together

            The session that this task was captured from, beside this trial:

            | | alone | together |
            | --- | --- | --- |
            | agent | \(Self.cell(alone.agent)) | \(Self.cell(together.agent)) |
            | seconds | \(Self.number(alone.seconds)) | \(Self.number(together.seconds)), \
            \(Self.number(reference.personSeconds)) of them the person's |
            | model calls | \(alone.calls) | \(together.calls) |
            | interventions | 0 | \(together.interventions) |
            | tokens | \(alone.tokens) | \(together.tokens) |
            | cost, US dollars | \(alone.costUSD.map(Dollars.text) ?? "unknown") | \
            \(together.costUSD.map(Dollars.text) ?? "unknown") |
            | score | \(alone.score.map(Self.number) ?? "none") | \(score ?? "unknown: not validated as the task is now") |
            """
    }

    var provenance: String {
        let hashes = results.hashes.sorted { $0.key < $1.key }.map { "| \($0.key) | `\($0.value)` |" }
        let files = results.artifacts.sorted { $0.key < $1.key }.map { "- \($0.key): `\($0.value)`" }
        let prompt = results.judge.map { "\n| judge's prompt | `\($0.prompt)` |" } ?? ""
        return """
            ## Where these numbers come from

            Run `\(results.runID)`, attempt \(results.attempt), grading \(results.grading), task `\(results.task)`, OneShot \
            \(results.versions.oneshot), results format \(results.versions.schema). `results.json` names the source of each.

            | SHA-256 (of the baseline: its commit) | |
            | --- | --- |
            \(hashes.joined(separator: "\n"))\(prompt)

            \(files.joined(separator: "\n"))
            """
    }

    /// What the recorder took out of the agent's calls.
    private var stripped: String {
        guard let tools = results.strippedTools else { return "" }
        let counts = tools.sorted { $0.key < $1.key }.map { "\($0.key) (\($0.value))" }
        return "\n| server tools taken out | \(counts.joined(separator: ", ")), by the calls that had them |"
    }
}
