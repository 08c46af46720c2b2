package import OneShotCore

/// An answer read out of the bytes of its body, whichever API it comes from: for what compares readings.
package struct DecodedAnswer: Sendable, Equatable {
    package enum API: Sendable, CaseIterable {
        case responses
        case chatCompletions
        case messages
        case generateContent
    }

    private let answer: ModelCall.Answer

    /// - Parameter pieces: the body, however it is cut.
    package init(_ pieces: [ArraySlice<UInt8>], of api: API) {
        answer =
            switch api {
            case .responses: Self.read(pieces, ResponseAssembly())
            case .chatCompletions: Self.read(pieces, ChatAssembly())
            case .messages: Self.read(pieces, MessageAssembly())
            case .generateContent: Self.read(pieces, GenerateContentAssembly(after: .init()))
            }
    }

    private static func read(_ pieces: [ArraySlice<UInt8>], _ decoder: some AnswerDecoder) -> ModelCall.Answer {
        var stream = AnswerStream(decoder)
        for piece in pieces { piece.withUnsafeBufferPointer { stream.feed($0) } }
        var answer = stream.answer
        answer.error = answer.error ?? stream.strangeText
        return answer
    }

    package var state: Turn.State { answer.state }
    package var output: String { answer.output }
    package var toolCalls: [ToolCall] { answer.toolCalls }
    package var items: [InputItem] { answer.items }
    package var usage: Usage? { answer.usage }

    /// The conversation in a request's body.
    package static func prompt(_ body: JSON, of api: API) -> [InputItem] {
        let headers = RecordedHeaders(["x-claude-code-session-id": "s"])
        let prompt =
            switch api {
            case .responses: ResponsesDecoder.prompt(of: body, headers: headers)
            case .chatCompletions: ChatCompletionsDecoder.prompt(of: body)
            case .messages: MessagesDecoder.prompt(of: body, headers: headers)
            case .generateContent: GenerateContentDecoder.prompt(of: body, url: "/models/g:generateContent")
            }
        return prompt.items.map(\.item)
    }
}
