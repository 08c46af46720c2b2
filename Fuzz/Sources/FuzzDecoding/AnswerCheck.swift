package import FuzzSupport
import NIOCore
import OneShotCore
package import OneShotSessions

/// What holds for every answer of a model and every request to one, whatever bytes they are.
package enum AnswerCheck {
    package static func check(_ input: FuzzInput, _ api: DecodedAnswer.API) {
        let bytes = Array(input.bytes.readableBytesView)
        if input.variant & 1 == 1 { checkRequest(bytes, api) } else { checkAnswer(bytes, input, api) }
    }

    private static func checkAnswer(_ bytes: [UInt8], _ input: FuzzInput, _ api: DecodedAnswer.API) {
        let whole = DecodedAnswer([bytes[...]], of: api)
        let pieces = input.pieces.map { Array($0.readableBytesView)[...] }
        always(DecodedAnswer(pieces, of: api) == whole, "how an answer is cut makes no difference")
        always(whole.state != .inFlight && whole.state != .refused, "an answer ends in one of four ways")
        if let usage = whole.usage {
            let counts = [
                usage.inputTokens, usage.cachedInputTokens, usage.outputTokens, usage.reasoningTokens,
                usage.cacheWriteTokens,
            ]
            always(counts.allSatisfy { (0...1 << 40).contains($0) }, "counts can be stored")
        }
        // Stored, and read again, it is the same.
        let turn = Turn(
            index: 1,
            exchangeIDs: [1],
            startedAt: "",
            state: whole.state,
            output: whole.output,
            toolCalls: whole.toolCalls,
            answer: whole.items,
            usage: whole.usage
        )
        let text = turn.json.compactText
        always((try? JSON(parsing: text))?.compactText == text, "a turn survives its text")
    }

    private static func checkRequest(_ bytes: [UInt8], _ api: DecodedAnswer.API) {
        guard let body = try? JSON(parsing: bytes) else { return }
        let items = DecodedAnswer.prompt(body, of: api)
        always(DecodedAnswer.prompt(body.canonical, of: api).count == items.count, "the order of keys makes no item")
    }
}
