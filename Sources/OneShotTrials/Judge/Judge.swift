import OneShotClient
import OneShotCore

/// Grades criteria with language models. A call that fails, is refused or gives evidence that is not there is no vote;
/// no number is ever made up in its place.
struct Judge: Sendable {
    var models: [ModelConfiguration]
    /// Of each model, on each criterion.
    var votes: Int
    /// How much of a diff is shown; files beyond are cut and marked.
    var diffBytes = 240_000
    /// Before a call that failed on its way is made again.
    var pause = Duration.seconds(2)
    var prices = PriceTable.shipped

    /// Those models that `options` name, else the one that the environment does.
    ///
    /// - Returns: nil where there is none.
    /// - Throws: `ClientError` for a name that makes no sense, or a key that is missing.
    init?(_ options: JudgeOptions, environment: [String: String], prices: PriceTable) throws {
        models = try options.models.map { try ModelConfiguration(named: $0, environment: environment) }
        if models.isEmpty { models = try ModelConfiguration(environment: environment).map { [$0] } ?? [] }
        guard !models.isEmpty else { return nil }
        votes = max(1, options.votes)
        self.prices = prices
    }

    init(models: [ModelConfiguration], votes: Int = 3) {
        self.models = models
        self.votes = votes
    }

    /// A criterion's value by the majority of the votes, which are in the order of the models.
    func grade(id: String, weight: Double, prompt: JudgePrompt) async throws -> CriterionResult {
        var prompt = prompt
        prompt.diff = DiffExcerpt.cut(prompt.diff, to: diffBytes)
        let places = models.flatMap { Array(repeating: $0, count: votes) }.enumerated()
        let cast = try await withThrowingTaskGroup(of: (Int, JudgeVote).self) { [prompt] group in
            for (place, model) in places { group.addTask { (place, try await vote(of: model, on: prompt)) } }
            return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        return JudgeAnswer.criterion(
            id: id,
            weight: weight,
            votes: cast.sorted { $0.key < $1.key }.map(\.value)
        )
    }

    func summary(of criteria: [CriterionResult]) -> JudgeSummary {
        JudgeSummary(models: models.map(\.model), votes: votes, prompt: JudgePrompt.digest, criteria: criteria)
    }

    /// One vote, asked for once more when the first answer does not count.
    private func vote(of model: ModelConfiguration, on prompt: JudgePrompt) async throws -> JudgeVote {
        let (first, isTransient) = try await ask(model, prompt)
        guard first.verdict == .none else { return first }
        if isTransient { try await Task.sleep(for: pause) }
        var second = try await ask(model, prompt).vote
        second.spending = first.spending + second.spending
        return second
    }

    /// - Returns: a vote, and whether it failed for a reason that may pass.
    private func ask(
        _ model: ModelConfiguration,
        _ prompt: JudgePrompt
    ) async throws -> (vote: JudgeVote, isTransient: Bool) {
        do {
            let reply = try await ModelClient(model).reply(prompt.question)
            var vote = JudgeAnswer.vote(of: reply.answer, diff: prompt.diff)
            vote.model = reply.model ?? model.model
            vote.spending = spending(of: reply.usage, by: vote.model ?? model.model)
            return (vote, false)
        } catch let error as ClientError {
            let vote = JudgeVote(verdict: .none, reasoning: "\(error)", model: model.model)
            return (vote, error.mayPass)
        }
    }

    private func spending(of usage: Usage, by model: String) -> Spending {
        let price = prices.price(of: model)
        return Spending(
            calls: 1,
            usage: usage,
            dollars: price?.dollars(usage),
            unpricedCalls: price == nil && usage != Usage() ? 1 : 0
        )
    }
}

extension ClientError {
    /// Whether the same call may go well a little later.
    fileprivate var mayPass: Bool {
        switch self {
        case .refused(_, let status, _): status == 429 || status >= 500
        case .unreachable: true
        default: false
        }
    }
}
