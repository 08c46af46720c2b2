import Foundation
import OneShotClient
import OneShotCore
import OneShotTesting
import Testing

@Suite("A model that is asked for JSON", .timeLimit(.minutes(1)))
struct ModelClientTests {
    private let question = ModelQuestion(
        instructions: "Answer.",
        input: "What?",
        name: "answer",
        schema: ["type": "object", "properties": ["a": ["type": "string"]], "required": ["a"]]
    )

    private func ask(_ answer: LoopbackEndpoint.Answer) async throws -> (Result<JSON, any Error>, [String?]) {
        let endpoint = try await LoopbackEndpoint.start(answers: [answer])
        let client = ModelClient(
            ModelConfiguration(
                baseURL: endpoint.url.appendingPathComponent("v1"),
                model: "m",
                key: "the-key",
                timeout: .seconds(5)
            )
        )
        let result: Result<JSON, any Error>
        do {
            result = .success(try await client.answer(question))
        } catch {
            result = .failure(error)
        }
        let requests = await endpoint.stop()
        #expect(requests.map(\.path) == ["/v1/responses"])
        #expect(requests.first?.body == question.body(model: "m"))
        return (result, requests.map(\.authorization))
    }

    private static func answer(_ text: String) -> String {
        let answer: JSON = [
            "status": "completed", "output": [["type": "message", "content": [["text": .string(text)]]]],
        ]
        return answer.compactText
    }

    @Test("gives the value that it wrote, and is sent the key")
    func value() async throws {
        let (result, keys) = try await ask(.init(200, Self.answer(#"{"a": "b"}"#)))
        #expect(try result.get() == ["a": "b"])
        #expect(keys == ["Bearer the-key"])
    }

    @Test(
        "fails in one line that never holds the key",
        arguments: [
            (401, #"{"error": {"message": "bad key the-key\nreally"}}"#, "status 401, bad key [key] really"),
            (429, "", "status 429"), (500, "<html>", "status 500"), (200, "no JSON", "is not JSON"),
            (200, #"{"status": "incomplete", "output": []}"#, "the answer is incomplete"),
            (200, Self.answer("prose"), "does not fit the schema"),
            (302, "", "status 302"),
        ]
    )
    func failures(status: Int, body: String, said: String) async throws {
        let (result, _) = try await ask(.init(status, body))
        let error = #expect(throws: ClientError.self) { try result.get() }
        let line = error?.description ?? ""
        #expect(line.contains(said), "\(line)")
        #expect(!line.contains("the-key") && !line.contains("\n"))
    }

    @Test("is absent without a key, and says when nothing listens")
    func absent() async throws {
        #expect(try ModelConfiguration(environment: [:]) == nil)
        let configuration = try #require(
            try ModelConfiguration(environment: [
                "OPENAI_API_KEY": "k", "ONESHOT_JUDGE_BASE_URL": "http://127.0.0.1:9/v1",
            ])
        )
        let error = await #expect(throws: ClientError.self) {
            try await ModelClient(configuration).answer(question)
        }
        #expect(error?.description.hasPrefix("127.0.0.1:9 cannot be reached") == true)
    }
}
