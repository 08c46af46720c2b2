import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import OneShotCore

/// Grades criteria with a language model. A call that fails, is refused or gives evidence that is not there is no
/// vote; no number is ever made up in its place.
struct Judge: Sendable {
    let configuration: JudgeConfiguration

    /// A criterion's value by the majority of the votes.
    func grade(id: String, weight: Double, prompt: JudgePrompt) async throws -> CriterionResult {
        var prompt = prompt
        prompt.diff = DiffExcerpt.cut(prompt.diff, to: configuration.diffBytes)
        let votes = try await withClient { [prompt] client in
            try await withThrowingTaskGroup(of: JudgeVote.self) { group in
                for _ in 0..<configuration.votes { group.addTask { try await vote(on: prompt, client) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
        }
        return JudgeAnswer.criterion(id: id, weight: weight, votes: votes)
    }

    /// One vote, asked for once more when the first answer does not count.
    private func vote(on prompt: JudgePrompt, _ client: HTTPClient) async throws -> JudgeVote {
        let first = try await ask(prompt, client)
        return first.verdict == .none ? try await ask(prompt, client) : first
    }

    private func withClient<Result: Sendable>(
        _ body: (HTTPClient) async throws -> Result
    ) async throws -> Result {
        var settings = HTTPClient.Configuration()
        // A host that cannot be reached is told at once, not when the time for an answer is up.
        settings.connectionPool.retryConnectionEstablishment = false
        settings.redirectConfiguration = .disallow
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: settings)
        do {
            let result = try await body(client)
            try await client.shutdown()
            return result
        } catch {
            try? await client.shutdown()
            throw error
        }
    }

    private func ask(_ prompt: JudgePrompt, _ client: HTTPClient) async throws -> JudgeVote {
        try Task.checkCancellation()
        var request = HTTPClientRequest(url: configuration.baseURL.absoluteString + "/responses")
        request.method = .POST
        request.headers.add(name: "authorization", value: "Bearer \(configuration.key)")
        request.headers.add(name: "content-type", value: "application/json")
        request.body = .bytes(ByteBuffer(string: prompt.body(model: configuration.model).compactText))
        do {
            let response = try await client.execute(request, timeout: configuration.nioTimeout)
            let body = try await response.body.collect(upTo: 8 << 20)
            let vote = JudgeAnswer.vote(from: body.readableBytesView, diff: prompt.diff)
            guard response.status == .ok || vote.verdict == .none else {
                return JudgeVote(verdict: .none, reasoning: "status \(response.status.code)")
            }
            return vote
        } catch {
            try Task.checkCancellation()
            return JudgeVote(verdict: .none, reasoning: "\(configuration.baseURL.host ?? "the judge"): \(error)")
        }
    }
}

extension JudgeConfiguration {
    fileprivate var nioTimeout: TimeAmount { .milliseconds(Int64(timeout / .milliseconds(1))) }
}
