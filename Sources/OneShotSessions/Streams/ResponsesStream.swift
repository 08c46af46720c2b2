package import OneShotCore

/// A stream of the Responses API, fed with its bytes as they come.
package struct ResponsesStream: Sendable {
    private var stream = AnswerStream(ResponseAssembly())

    package init() {}

    package mutating func feed(_ bytes: UnsafeBufferPointer<UInt8>) { stream.feed(bytes) }

    /// What the answer would be, were the stream to end here.
    package var result: (state: Turn.State, text: String, reasoning: [String], toolCalls: [ToolCall], usage: Usage?) {
        let answer = stream.answer
        return (answer.state, answer.output, answer.reasoning, answer.toolCalls, answer.usage)
    }
}
