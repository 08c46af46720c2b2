import Foundation
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
        ]
        return answer.compactText
    }

    private func grade(_ answers: [(Int, String)]) async throws -> (CriterionResult, [JSON]) {
        let endpoint = try await LoopbackEndpoint.start(answers: answers.map { .init($0.0, $0.1) })
        let configuration = JudgeConfiguration(
            baseURL: endpoint.url.appendingPathComponent("v1"),
            model: "judge-1",
            key: "test-key",
            timeout: .seconds(5)
        )
        let result = try await Judge(configuration: configuration).grade(id: "c", weight: 1, prompt: prompt)
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
        let configuration = JudgeConfiguration(
            baseURL: try #require(URL(string: "http://127.0.0.1:9/v1")),
            model: "m",
            key: "k",
            timeout: .seconds(5)
        )
        let result = try await Judge(configuration: configuration).grade(id: "c", weight: 1, prompt: prompt)
        #expect(result.value == nil)
    }

    @Test("is configured by the environment, and absent without a key")
    func configuration() throws {
        #expect(JudgeConfiguration(environment: [:]) == nil)
        #expect(JudgeConfiguration(environment: ["OPENAI_API_KEY": ""]) == nil)
        let standard = try #require(JudgeConfiguration(environment: ["OPENAI_API_KEY": "k"]))
        #expect(standard.baseURL.absoluteString == "https://api.openai.com/v1")
        #expect(standard.votes == 3)
        let own = JudgeConfiguration(environment: [
            "OPENAI_API_KEY": "k", "ONESHOT_JUDGE_MODEL": "m", "ONESHOT_JUDGE_BASE_URL": "http://127.0.0.1:1/v1",
        ])
        #expect(own?.model == "m")
        #expect(own?.baseURL.absoluteString == "http://127.0.0.1:1/v1")
    }
}
