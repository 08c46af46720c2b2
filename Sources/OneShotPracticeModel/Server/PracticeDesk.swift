import NIOConcurrencyHelpers
import OneShotCore

/// What was asked: how often, and the newest requests.
struct PracticeLog: Sendable {
    /// Bodies carry the whole history and an agent may talk on for ever.
    private static let limit = 32

    private(set) var count = 0
    private(set) var newest: [JSON] = []

    mutating func add(_ body: JSON) {
        count += 1
        newest.append(body)
        if newest.count > Self.limit { newest.removeFirst() }
    }
}

/// Where all connections hand in their calls.
struct PracticeDesk: Sendable {
    private let book: NIOLockedValueBox<PracticeBook>
    private let log: NIOLockedValueBox<PracticeLog>
    private let onAnswer: @Sendable (PracticeModel.Event) -> Void

    init(
        script: PracticeScript,
        log: NIOLockedValueBox<PracticeLog>,
        onAnswer: @escaping @Sendable (PracticeModel.Event) -> Void
    ) {
        book = NIOLockedValueBox(PracticeBook(script: script))
        self.log = log
        self.onAnswer = onAnswer
    }

    /// The answer to a call, after the time that the script lets it take.
    ///
    /// - Parameters:
    ///   - body: in the form of the Responses API.
    ///   - asked: as it came, where that is another form.
    func answer(
        _ body: JSON,
        asked: JSON? = nil,
        headers: [String: String] = [:],
        transport: String
    ) async throws -> ModelAnswer {
        log.withLockedValue { $0.add(asked ?? body) }
        let request = ModelRequest(body, headers: headers)
        let answer = book.withLockedValue { $0.answer(request) }
        if !request.isPrewarm {
            onAnswer(
                PracticeModel.Event(
                    transport: transport,
                    model: answer.model,
                    responseID: answer.responseID,
                    items: answer.items.map { $0["type"]?.string ?? "item" },
                    usage: answer.usage
                )
            )
        }
        if answer.delayMs > 0 { try await Task.sleep(for: .milliseconds(answer.delayMs)) }
        return answer
    }
}
