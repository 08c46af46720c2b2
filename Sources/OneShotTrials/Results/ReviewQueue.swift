/// What a person should look at: tests and judge that contradict each other are the cheapest way to find flawed tests
/// and flawed criteria.
public enum ReviewQueue {
    public struct Item: Codable, Sendable, Equatable {
        public enum Kind: String, Codable, Sendable {
            /// All tests pass, and the judge holds a criterion not to be met.
            case testsPassJudgeFails = "tests_pass_judge_fails"
            /// A test fails, and the judge holds everything to be met.
            case testsFailJudgePasses = "tests_fail_judge_passes"
            /// The judge's votes differ.
            case contested
        }

        public var run: String
        public var kind: Kind
        /// The criterion, or for tests that fail those that do.
        public var about: String
        /// The judge's words, or how the votes fell.
        public var detail: String
        /// Lines of the diff that the judge gave.
        public var evidence: [String]
    }

    /// The items of one run, in the order of its rubric.
    public static func items(of results: TrialResults) -> [Item] {
        guard results.outcome == .scored else { return [] }
        let tested = results.criteria.filter { $0.binding == .tests }.compactMap(\.value)
        let judged = results.criteria.filter { $0.binding == .judge && $0.value != nil }
        var items: [Item] = []
        if !tested.isEmpty, tested.allSatisfy({ $0 == 1 }) {
            items += judged.filter { $0.value == 0 }.map { item(.testsPassJudgeFails, $0, results, verdict: .notMet) }
        }
        if tested.contains(where: { $0 < 1 }), !judged.isEmpty, judged.allSatisfy({ $0.value == 1 }) {
            let failing = results.tests.filter { $0.status != .passed }.map(\.name)
            let best = judged.flatMap(\.source.votes).first { $0.verdict == .met }
            items.append(
                Item(
                    run: results.runID,
                    kind: .testsFailJudgePasses,
                    about: failing.joined(separator: ", "),
                    detail: best?.reasoning ?? "",
                    evidence: Array(judged.flatMap(\.source.quotes).prefix(5))
                )
            )
        }
        items += results.criteria.filter(\.contested).map { criterion in
            Item(
                run: results.runID,
                kind: .contested,
                about: criterion.id,
                detail: criterion.source.reason,
                evidence: Array(criterion.source.quotes.prefix(5))
            )
        }
        return items
    }

    private static func item(
        _ kind: Item.Kind,
        _ criterion: CriterionResult,
        _ results: TrialResults,
        verdict: JudgeVote.Verdict
    ) -> Item {
        let vote = criterion.source.votes.first { $0.verdict == verdict }
        return Item(
            run: results.runID,
            kind: kind,
            about: criterion.id,
            detail: vote?.reasoning ?? criterion.source.reason,
            evidence: Array(criterion.source.quotes.prefix(5))
        )
    }
}
