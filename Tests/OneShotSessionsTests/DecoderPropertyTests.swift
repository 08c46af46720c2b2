import OneShotCore
import Testing

@testable import OneShotSessions

@Suite("Decoders: what was encoded comes out", .timeLimit(.minutes(2)))
struct DecoderPropertyTests {
    private static func decode(_ bytes: [UInt8], cuts: [Int], _ decoder: some AnswerDecoder) -> ModelCall.Answer {
        var stream = AnswerStream(decoder)
        let places = [0] + cuts.sorted() + [bytes.count]
        for (start, end) in zip(places, places.dropFirst()) {
            bytes[start..<end].withUnsafeBufferPointer { stream.feed($0) }
        }
        return stream.answer
    }

    private static func decode(_ bytes: [UInt8], cuts: [Int] = [], _ api: ModelAPI) -> ModelCall.Answer {
        switch api {
        case .responses: decode(bytes, cuts: cuts, ResponseAssembly())
        case .chat: decode(bytes, cuts: cuts, ChatAssembly())
        case .messages: decode(bytes, cuts: cuts, MessageAssembly())
        case .gemini: decode(bytes, cuts: cuts, GenerateContentAssembly(after: .init()))
        }
    }

    @Test("an answer survives its stream, in any pieces", arguments: ModelAPI.allCases, 0..<60)
    func anyAnswer(_ api: ModelAPI, seed: Int) throws {
        var random = Seeded(seed)
        let answer = GeneratedAnswer(1, api, random: &random)
        let body = try #require(try JSON(parsing: answer.body(api, random: &random))["_raw"]?.string)
        let bytes = Array(body.utf8)
        let decoded = Self.decode(bytes, api)
        #expect(decoded.state == answer.state)
        #expect(decoded.reasoning.joined() == answer.reasoning.joined())
        #expect(decoded.messages.joined() == answer.texts.joined())
        #expect(decoded.toolCalls == answer.calls)
        #expect(decoded.items == answer.items)
        #expect(decoded.responseID == answer.id)
        #expect((decoded.error == nil) == [.complete, .truncated].contains(answer.state) || api != .responses)
        let isCounted = [.complete, .incomplete].contains(answer.state)
        if isCounted { #expect(decoded.usage == answer.usage) }
        #expect((decoded.stopReason != nil) == isCounted || api == .responses)
        #expect(decoded.usageReading?.problems.isEmpty != false || !isCounted)
        #expect(decoded.unknownEvents.isEmpty)
        for _ in 0..<12 {
            let cuts = (0..<Int.random(in: 1...9, using: &random)).map { _ in
                Int.random(in: 0...bytes.count, using: &random)
            }
            #expect(Self.decode(bytes, cuts: cuts, api) == decoded, "cut at \(cuts)")
        }
    }

    @Test("an answer in one piece says what its stream says", arguments: 0..<20)
    func wholeArray(seed: Int) throws {
        var random = Seeded(seed)
        let answer = GeneratedAnswer(1, .gemini, random: &random)
        let events = answer.events(.gemini, random: &random)
        let array = Self.decode(Array(JSON.array(events).prettyText.utf8), .gemini)
        let stream = Self.decode(Array(events.map { "data: \($0.compactText)\r\r" }.joined().utf8), .gemini)
        #expect(array == stream)
        #expect(array.items == answer.items)
    }

    @Test("what a provider counts fits together in our form", arguments: ModelAPI.allCases, 0..<50)
    func invariants(_ api: ModelAPI, seed: Int) throws {
        var random = Seeded(seed)
        let answer = GeneratedAnswer(1, api, state: .complete, random: &random)
        let events = answer.events(api, random: &random)
        // The recorder's meter and the sessions' reader read the same.
        let metered = events.compactMap { Usage(inAnswer: $0) }.reduce(Usage()) { known, new in
            Usage(
                inputTokens: max(known.inputTokens, new.inputTokens),
                cachedInputTokens: max(known.cachedInputTokens, new.cachedInputTokens),
                outputTokens: max(known.outputTokens, new.outputTokens),
                reasoningTokens: max(known.reasoningTokens, new.reasoningTokens),
                cacheWriteTokens: max(known.cacheWriteTokens, new.cacheWriteTokens)
            )
        }
        let body = try JSON(parsing: answer.body(api, random: &random))["_raw"]?.string ?? ""
        let usage = try #require(Self.decode(Array(body.utf8), api).usage)
        #expect(metered == usage || usage.outputTokens == 0)
        #expect(usage.cachedInputTokens + usage.cacheWriteTokens <= usage.inputTokens)
        #expect(usage.reasoningTokens <= usage.outputTokens)
        #expect(usage.totalTokens == usage.inputTokens + usage.outputTokens)
    }
}
