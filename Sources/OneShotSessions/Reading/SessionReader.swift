public import OneShotCore
public import OneShotStore

/// Reads a session out of its exchanges at once: for tests, and where there is no cleaner's database.
public enum SessionReader {
    /// - Parameter exchanges: of one session, in the order in which they began.
    /// - Returns: nil when none of them is a call of a model.
    public static func session(_ sessionID: String, of exchanges: [Exchange]) -> Session? {
        var draft = SessionDraft(sessionID: sessionID)
        for exchange in exchanges { _ = draft.take(exchange) }
        return draft.session
    }

    /// The output items of each completed answer of the Responses API, as they came, with the time that the answer took
    /// to begin: what a replay needs.
    public static func recordedAnswers(in exchanges: [Exchange]) -> [RecordedOutput] {
        exchanges.compactMap { exchange in
            guard ExchangeReader.dialect(of: exchange) == .responses else { return nil }
            let prompt = ExchangeReader.prompt(of: exchange, dialect: .responses)
            // When a replay is compacted is its agent's affair.
            guard !prompt.isPrewarm, !prompt.isCompaction else { return nil }
            var assembly = ResponseAssembly()
            switch RecordedAnswer(exchange) {
            case .events(let events): for event in events { assembly.add(event) }
            case .json(let response): assembly.take(response: response)
            case .absent, .text: return nil
            }
            guard assembly.answer.state == .complete, !assembly.outputItems.isEmpty else { return nil }
            return RecordedOutput(
                threadID: prompt.threadID,
                items: assembly.outputItems,
                usage: assembly.answer.usage,
                firstByteMs: exchange.firstByteAtMs.map { Int($0 - exchange.startedAtMs) } ?? 0
            )
        }
    }

    /// One answer as it was recorded.
    public struct RecordedOutput: Sendable, Equatable {
        public var threadID: String?
        /// Output items of the Responses API.
        public var items: [JSON]
        public var usage: Usage?
        /// Milliseconds from the request to the first byte of the answer.
        public var firstByteMs: Int

        public init(threadID: String?, items: [JSON], usage: Usage?, firstByteMs: Int) {
            self.threadID = threadID
            self.items = items
            self.usage = usage
            self.firstByteMs = firstByteMs
        }
    }
}
