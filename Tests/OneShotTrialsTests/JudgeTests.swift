import Foundation
import OneShotClient
import OneShotCore
import OneShotTesting
import Testing

@testable import OneShotTrials

@Suite("A judge on an endpoint of our own", .timeLimit(.minutes(1)))
struct JudgeTests {
    private let prompt = JudgePrompt(
        instruction: "Do it.",
        criterion: "It says how it is used.",
        diff: "+## Usage\n",
        tests: [],
        nonce: "n0"
    )

    private func answer(_ verdict: String, _ quotes: [String]) -> String {
        let text: JSON = [
            "evidence": .array(quotes.map { .string($0) }), "reasoning": "r", "verdict": .string(verdict),
        ]
        let answer: JSON = [
            "status": "completed",
            "output": [["type": "message", "content": [["type": "output_text", "text": .string(text.compactText)]]]],
            "model": "gpt-5.5", "usage": ["input_tokens": 1000, "output_tokens": 100, "total_tokens": 1100],
        ]
        return answer.compactText
    }

    private func judge(_ url: URL) -> Judge {
        var judge = Judge(models: [
            ModelConfiguration(baseURL: url, model: "judge-1", key: "test-key", timeout: .seconds(5))
        ])
        judge.pause = .zero
        return judge
    }

    private func grade(_ answers: [(Int, String)]) async throws -> (CriterionResult, [JSON]) {
        let endpoint = try await LoopbackEndpoint.start(answers: answers.map { .init($0.0, $0.1) })
        let result = try await judge(endpoint.url.appendingPathComponent("v1"))
            .grade(id: "c", weight: 1, prompt: prompt)
        return (result, await endpoint.stop().map(\.body))
    }

    @Test("asks three times and counts the majority")
    func votes() async throws {
        let (result, requests) = try await grade([(200, answer("met", ["## Usage"]))])
        #expect(result.value == 1)
        #expect(result.source.votes.count == 3)
        #expect(result.source.quotes == ["## Usage"])
        #expect(requests.count == 3)
        #expect(requests.allSatisfy { $0["model"]?.string == "judge-1" })
    }

    @Test(
        "leaves a criterion unscored when the judge fails, refuses or invents its evidence",
        arguments: [
            (500, #"{"error": {"message": "overloaded"}}"#), (401, #"{"error": {"message": "bad key"}}"#),
            (200, "gone"),
            (500, ""),
        ]
    )
    func failures(status: Int, body: String) async throws {
        let (result, requests) = try await grade([(status, body)])
        #expect(result.value == nil)
        #expect(result.source.reason.hasPrefix("unscored"))
        #expect(requests.count == 6)
    }

    @Test("leaves it unscored when no evidence is in the diff")
    func invented() async throws {
        let (result, _) = try await grade([(200, answer("met", ["## Invented"]))])
        #expect(result.value == nil)
        #expect(result.source.reason.contains("not in the diff: ## Invented"))
    }

    @Test("asks once more before it gives a vote up")
    func again() async throws {
        let good = answer("not_met", [])
        let (result, requests) = try await grade([(500, ""), (200, good)])
        #expect(result.value == 0)
        #expect(result.source.votes.allSatisfy { $0.verdict == .notMet })
        #expect(requests.count == 4)
    }

    @Test("is nobody when nothing listens")
    func unreachable() async throws {
        let result = try await judge(try #require(URL(string: "http://127.0.0.1:9/v1")))
            .grade(id: "c", weight: 1, prompt: prompt)
        #expect(result.value == nil)
    }

    @Test("keeps every vote with its model, its tokens and its cost, both answers of one that was asked twice")
    func kept() async throws {
        let (result, _) = try await grade([(200, answer("met", ["## Invented"])), (200, answer("met", ["## Usage"]))])
        let votes = result.source.votes
        #expect(votes.allSatisfy { $0.model == "gpt-5.5" && $0.verdict == .met })
        #expect(votes.map(\.spending.calls).sorted() == [1, 1, 2])
        let spent = votes.reduce(Spending()) { $0 + $1.spending }
        #expect(spent.usage == Usage(inputTokens: 4000, outputTokens: 400))
        // 5 and 30 US dollars for a million.
        #expect(abs((spent.dollars ?? 0) - 0.032) < 1e-9)
        #expect(spent.unpricedCalls == 0)
    }

    @Test("asks each of several models, and marks a criterion on which they differ")
    func several() async throws {
        let yes = try await LoopbackEndpoint.start(answers: [.init(200, answer("met", ["## Usage"]))])
        let no = try await LoopbackEndpoint.start(answers: [.init(200, answer("not_met", []))])
        let judge = Judge(
            models: [yes, no].map { ModelConfiguration(baseURL: $0.url, model: "m", key: "k", timeout: .seconds(5)) },
            votes: 2
        )
        let result = try await judge.grade(id: "c", weight: 1, prompt: prompt)
        #expect(result.source.votes.map(\.verdict) == [.met, .met, .notMet, .notMet])
        #expect(result.contested)
        #expect(result.value == nil)
        let summary = judge.summary(of: [result])
        #expect(summary.contested == ["c"])
        #expect(summary.models == ["m", "m"])
        #expect(summary.spending.calls == 4)
        #expect(summary.agreement.alpha == 0)
        #expect(await yes.stop().count == 2)
        #expect(await no.stop().count == 2)
    }

    @Test("is nobody without a key, and each model that a person names has to have its own")
    func configuration() throws {
        func judge(_ models: [String], _ environment: [String: String]) throws -> Judge? {
            try Judge(JudgeOptions(models: models, votes: 5), environment: environment, prices: .shipped)
        }
        #expect(try judge([], [:]) == nil)
        #expect(try judge([], ["OPENAI_API_KEY": ""]) == nil)
        let standard = try #require(try judge([], ["OPENAI_API_KEY": "k"]))
        #expect(standard.models.map(\.baseURL.absoluteString) == ["https://api.openai.com/v1"])
        #expect(standard.votes == 5)
        let own = try #require(
            try judge(["a,url=http://127.0.0.1:1/v1", "claude-opus-5"], ["ANTHROPIC_API_KEY": "k"])
        )
        #expect(own.models.map(\.model) == ["a", "claude-opus-5"])
        #expect(throws: ClientError.keyMissing(variable: "OPENAI_API_KEY")) {
            try judge(["gpt-5.5"], ["ANTHROPIC_API_KEY": "k"])
        }
    }
}
