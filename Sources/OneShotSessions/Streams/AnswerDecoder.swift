import OneShotCore

/// Puts one answer together, event by event.
protocol AnswerDecoder: Sendable {
    /// Takes in one event of a stream.
    mutating func add(_ event: JSON)
    /// A short way for the events that streams mostly consist of.
    ///
    /// - Parameter event: its JSON text.
    /// - Returns: false when it is not one of those; nothing has changed then.
    mutating func addDelta(_ event: UnsafeBufferPointer<UInt8>) -> Bool
    /// Takes in an answer that came in one piece.
    mutating func take(whole: JSON)
    /// The stream says that it is over.
    mutating func end()
    var answer: ModelCall.Answer { get }
}

extension AnswerDecoder {
    mutating func addDelta(_ event: UnsafeBufferPointer<UInt8>) -> Bool { false }
    mutating func end() {}
}
