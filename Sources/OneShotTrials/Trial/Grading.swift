import Foundation
import OneShotCore
import OneShotPreparation

/// A diff graded by a task's rubric: first the tests, then the judge.
struct Grading: Sendable {
    let task: PreparedTask
    /// Nil where no key is set, or no judging is wanted.
    let judge: Judge?

    /// What the criteria that are bound to tests come to.
    ///
    /// - Throws: ``TrialError/verifier(reason:)`` when the rubric names a test that there is not.
    func testCriteria(_ tests: [TestResult]) throws -> [CriterionResult] {
        try task.rubric.criteria.compactMap { criterion in
            guard case .tests(let names) = criterion.binding else { return nil }
            return try Scoring.criterion(id: criterion.id, weight: criterion.weight, tests: names, results: tests)
        }
    }

    /// What the criteria that need a judge come to.
    func judgeCriteria(diff: String, tests: [TestResult]) async throws -> [CriterionResult] {
        var results: [CriterionResult] = []
        for criterion in task.rubric.criteria where criterion.binding == .judge {
            guard let judge else {
                let reason = "no judge; set OPENAI_API_KEY or ANTHROPIC_API_KEY, or name one with --judge-model"
                results.append(JudgeAnswer.unscored(id: criterion.id, weight: criterion.weight, reason: reason))
                continue
            }
            let prompt = JudgePrompt(
                instruction: task.instructions,
                criterion: criterion.text.isEmpty ? criterion.id : criterion.text,
                diff: diff,
                tests: tests,
                nonce: (0..<2).map { _ in String(UInt64.random(in: .min ... .max), radix: 36) }.joined()
            )
            results.append(try await judge.grade(id: criterion.id, weight: criterion.weight, prompt: prompt))
        }
        return results
    }

    /// What the judge was and used; nil where nobody judged.
    func summary(of criteria: [CriterionResult]) -> JudgeSummary? {
        guard let judge, criteria.contains(where: { $0.binding == .judge }) else { return nil }
        return judge.summary(of: criteria)
    }

    /// In the order of the rubric.
    func ordered(_ criteria: [CriterionResult]) -> [CriterionResult] {
        task.rubric.criteria.compactMap { criterion in criteria.first { $0.id == criterion.id } }
    }
}
