import OneShotClient
import OneShotCore

/// The reading of one answer of the judge, and the counting of votes. No I/O.
enum JudgeAnswer {
    /// Reads what a model wrote.
    ///
    /// - Returns: a vote; its verdict is `none`, with the reason as its reasoning, for a refusal, an answer that was
    ///   cut, what does not fit the schema, evidence that the diff does not hold, and `met` without evidence that says
    ///   something.
    static func vote(of answer: StructuredAnswer, diff: String) -> JudgeVote {
        switch answer {
        case .value(let answer): vote(of: answer, diff: diff)
        case .unusable(let problem): invalid(problem)
        }
    }

    private static func vote(of answer: JSON, diff: String) -> JudgeVote {
        guard case .array(let quotes)? = answer["evidence"],
            let reasoning = answer["reasoning"]?.string,
            let verdict = answer["verdict"]?.string.flatMap(JudgeVote.Verdict.init), verdict != .none
        else { return invalid("the answer does not fit the schema") }
        let evidence = quotes.compactMap(\.string).filter { !$0.allSatisfy(\.isWhitespace) }
        let lines = Set(diff.split(whereSeparator: \.isNewline).map(normal))
        if let missing = evidence.first(where: { !holds($0, lines) }) {
            return JudgeVote(verdict: .none, evidence: evidence, reasoning: "not in the diff: \(missing)")
        }
        // A brace is in every diff.
        if verdict == .met, !evidence.contains(where: { $0.contains { $0.isLetter || $0.isNumber } }) {
            return invalid("met, but without evidence")
        }
        return JudgeVote(verdict: verdict, evidence: evidence, reasoning: reasoning)
    }

    /// The value that the majority of all votes gives; nil when no verdict has one.
    static func value(of votes: [JudgeVote]) -> Double? {
        let met = votes.count { $0.verdict == .met }
        let notMet = votes.count { $0.verdict == .notMet }
        if met * 2 > votes.count { return 1 }
        return notMet * 2 > votes.count ? 0 : nil
    }

    static func criterion(id: String, weight: Double, votes: [JudgeVote]) -> CriterionResult {
        let value = value(of: votes)
        let deciding: JudgeVote.Verdict = value == 1 ? .met : value == 0 ? .notMet : .none
        let counts = [JudgeVote.Verdict.met, .notMet, .none].map { verdict in votes.count { $0.verdict == verdict } }
        var reason = "\(counts[0]) of \(votes.count) votes: met; \(counts[1]): not met"
        if counts[2] > 0 { reason += "; \(counts[2]): no vote" }
        let failed = votes.first { $0.verdict == .none }?.reasoning
        if value == nil { reason = "unscored: \(reason)" + (failed.map { " (\($0))" } ?? "") }
        let quotes = votes.filter { $0.verdict == deciding }.flatMap(\.evidence)
        return CriterionResult(
            id: id,
            weight: weight,
            binding: .judge,
            value: value,
            contested: counts[0] > 0 && counts[1] > 0,
            source: .init(
                quotes: value == nil ? [] : quotes.uniqued(),
                votes: votes,
                reason: reason
            )
        )
    }

    static func unscored(id: String, weight: Double, reason: String) -> CriterionResult {
        CriterionResult(
            id: id,
            weight: weight,
            binding: .judge,
            value: nil,
            source: .init(reason: "unscored: \(reason)")
        )
    }

    private static func invalid(_ reason: String) -> JudgeVote {
        JudgeVote(verdict: .none, reasoning: reason)
    }

    /// Whether every line of the quote is a line of the diff, marks and outer blanks aside.
    private static func holds(_ quote: String, _ lines: Set<String>) -> Bool {
        quote.split(whereSeparator: \.isNewline).map(normal).allSatisfy { $0.isEmpty || lines.contains($0) }
    }

    private static func normal(_ line: Substring) -> String {
        let text = line.first == "+" || line.first == "-" ? line.dropFirst() : line
        let start = text.drop(while: \.isWhitespace)
        return String(start.reversed().drop(while: \.isWhitespace).reversed())
    }
}

extension Sequence where Element: Hashable {
    fileprivate func uniqued() -> [Element] {
        var seen: Set<Element> = []
        return filter { seen.insert($0).inserted }
    }
}
