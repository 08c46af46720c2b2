import OneShotClient

/// Grades criteria with a language model. A call that fails, is refused or gives evidence that is not there is no
/// vote; no number is ever made up in its place.
struct Judge: Sendable {
    let configuration: JudgeConfiguration

    /// A criterion's value by the majority of the votes.
    func grade(id: String, weight: Double, prompt: JudgePrompt) async throws -> CriterionResult {
        var prompt = prompt
        prompt.diff = DiffExcerpt.cut(prompt.diff, to: configuration.diffBytes)
        let votes = try await withThrowingTaskGroup(of: JudgeVote.self) { [prompt] group in
            for _ in 0..<configuration.votes { group.addTask { try await vote(on: prompt) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        return JudgeAnswer.criterion(id: id, weight: weight, votes: votes)
    }

    func summary(of criteria: [CriterionResult]) -> JudgeSummary {
        JudgeSummary(
            models: [configuration.model],
            votes: configuration.votes,
            prompt: JudgePrompt.digest,
            criteria: criteria
        )
    }

    /// One vote, asked for once more when the first answer does not count.
    private func vote(on prompt: JudgePrompt) async throws -> JudgeVote {
        let first = try await ask(prompt)
        return first.verdict == .none ? try await ask(prompt) : first
    }

    private func ask(_ prompt: JudgePrompt) async throws -> JudgeVote {
        do {
            let answer = try await ModelClient(configuration.client).answer(prompt.question)
            return JudgeAnswer.vote(of: answer, diff: prompt.diff)
        } catch let error as ClientError {
            return JudgeVote(verdict: .none, reasoning: "\(error)")
        }
    }
}
