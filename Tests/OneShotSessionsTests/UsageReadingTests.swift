import OneShotCore
import OneShotTesting
import Testing

@testable import OneShotSessions

@Suite("Usage")
struct UsageReadingTests {
    @Test("each provider's numbers in one form, and as they were given")
    func forms() throws {
        let responses = try #require(
            UsageReading(responses: [
                "input_tokens": 100, "input_tokens_details": ["cached_tokens": 60, "cache_write_tokens": 10],
                "output_tokens": 20, "output_tokens_details": ["reasoning_tokens": 5], "total_tokens": 120,
            ])
        )
        let expected = Usage(
            inputTokens: 100,
            cachedInputTokens: 60,
            outputTokens: 20,
            reasoningTokens: 5,
            cacheWriteTokens: 10
        )
        #expect(responses.usage == expected)
        #expect(responses.given["input_tokens_details.cached_tokens"] == 60)
        #expect(responses.given.count == 6)
        #expect(responses.problems.isEmpty)
        let chat = try #require(
            UsageReading(chatCompletions: [
                "prompt_tokens": 100, "prompt_tokens_details": ["cached_tokens": 60, "cache_write_tokens": 10],
                "completion_tokens": 20, "completion_tokens_details": ["reasoning_tokens": 5], "total_tokens": 120,
            ])
        )
        #expect(chat.usage == expected)
        let messages = try #require(
            UsageReading(messages: [
                "input_tokens": 30, "cache_read_input_tokens": 60, "cache_creation_input_tokens": 10,
                "output_tokens": 20, "output_tokens_details": ["thinking_tokens": 5], "service_tier": "standard",
            ])
        )
        #expect(messages.usage == expected)
        #expect(messages.given["input_tokens"] == 30)
        let gemini = try #require(
            UsageReading(generateContent: [
                "promptTokenCount": 90, "toolUsePromptTokenCount": 10, "cachedContentTokenCount": 60,
                "candidatesTokenCount": 15, "thoughtsTokenCount": 5, "totalTokenCount": 120,
            ])
        )
        #expect(gemini.usage.totalTokens == 120)
        #expect(gemini.problems.isEmpty)
        #expect(UsageReading(responses: nil) == nil)
    }

    @Test("what does not add up is said")
    func problems() throws {
        let cached = UsageReading(responses: ["input_tokens": 5, "input_tokens_details": ["cached_tokens": 6]])
        #expect(cached?.problems.count == 1)
        let reasoning = UsageReading(responses: [
            "output_tokens": 5, "output_tokens_details": ["reasoning_tokens": 6], "total_tokens": 5,
        ])
        #expect(reasoning?.problems == ["6 tokens of reasoning are more than 5 of output"])
        let total = UsageReading(chatCompletions: ["prompt_tokens": 5, "completion_tokens": 2, "total_tokens": 8])
        #expect(total?.problems == ["the total is 8, input and output are 7"])
        let negative = UsageReading(generateContent: ["promptTokenCount": -1])
        #expect(negative?.problems.first == "a number is negative")
    }

    @Test("absurd numbers of several turns are a session that can be read")
    func absurd() throws {
        let absurd: JSON = ["input_tokens": .number("9e18"), "output_tokens": .number("9223372036854775807")]
        let exchanges = (1...3).map { id in
            RecordedExchange.http(
                id: id,
                request: Sample.request([Sample.user("x")]),
                answer: Sample.stream(Sample.events("r\(id)", [], usage: absurd))
            )
        }
        let session = try #require(Sample.session(exchanges))
        #expect(session.turns.count == 3)
        #expect(try StrictJSON.decode(Session.self, from: StrictJSON.encode(session), path: "x") == session)
    }

    @Test("numbers that fit together have no problem, whatever they are")
    func invariants() throws {
        for _ in 0..<500 {
            let input = Int.random(in: 0...1_000_000)
            let cached = Int.random(in: 0...input)
            let output = Int.random(in: 0...1_000_000)
            let reading = try #require(
                UsageReading(responses: [
                    "input_tokens": JSON(input), "output_tokens": JSON(output), "total_tokens": JSON(input + output),
                    "input_tokens_details": [
                        "cached_tokens": JSON(cached), "cache_write_tokens": JSON(Int.random(in: 0...input - cached)),
                    ],
                    "output_tokens_details": ["reasoning_tokens": JSON(Int.random(in: 0...output))],
                ])
            )
            #expect(reading.problems.isEmpty)
            #expect(reading.usage.totalTokens == input + output)
        }
    }

    @Test("a turn tells the provider's numbers and what is wrong with them")
    func turn() throws {
        let bad: JSON = ["input_tokens": 10, "output_tokens": 2, "total_tokens": 99]
        let exchange = RecordedExchange.http(
            request: Sample.request([Sample.user("x")]),
            answer: Sample.stream(Sample.events("r", [Sample.message("a")], usage: bad))
        )
        let session = try #require(Sample.session([exchange]))
        #expect(session.turns[0].providerUsage == ["input_tokens": 10, "output_tokens": 2, "total_tokens": 99])
        #expect(session.turns[0].usageProblems == ["the total is 99, input and output are 12"])
        #expect(SessionMarkdown.render(session).contains("the total is 99"))
        #expect(try JSON(parsing: session.turns[0].json.compactText)["usage_problems"]?.elements.count == 1)
    }
}
