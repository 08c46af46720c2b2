import NIOConcurrencyHelpers
public import OneShotStore

/// A server that gives the answers of a recorded session again, byte for byte, whatever API they belong to.
public enum ReplayModel {
    /// Which recorded answer a request gets.
    public enum Matching: String, Sendable, CaseIterable {
        /// That of the same request; any other request is refused.
        case strict
        /// That of the same request, else the next one, preferring a conversation that begins in the same way.
        case lenient
    }

    public enum Timing: String, Sendable, CaseIterable {
        /// The first byte after the recorded time, the events of a stream evenly up to the recorded end: when each of
        /// them came was not recorded.
        case recorded
        /// At once.
        case none
    }

    /// What happened, for a person who watches.
    public enum Event: Sendable, Equatable {
        case answered(exchangeID: Int64, path: String, isAgain: Bool, remaining: Int)
        /// With the places where the request differs from that exchange.
        case mismatch(exchangeID: Int64, path: String, differences: [String])
        case refused(path: String, reason: String)
    }

    /// Listens while `body` runs.
    ///
    /// - Parameters:
    ///   - exchanges: of the session, in their order.
    ///   - port: 0 for one that is free.
    ///   - body: gets the port.
    /// - Throws: ``PracticeModelError``, and what `body` throws.
    @discardableResult
    public static func run<Result: Sendable>(
        session: String,
        exchanges: [Exchange],
        matching: Matching,
        timing: Timing = .none,
        host: String = "127.0.0.1",
        port: Int = 0,
        onEvent: @escaping @Sendable (Event) -> Void = { _ in },
        _ body: @Sendable @escaping (Int) async throws -> Result
    ) async throws -> Result {
        let calls = exchanges.compactMap(RecordedCall.init)
        guard calls.contains(where: { $0.kind != .http(method: "GET") }) else {
            throw PracticeModelError.nothingRecorded(session: session)
        }
        let book = NIOLockedValueBox(ReplayBook(calls, matching: matching))
        let desk = ReplayDesk(book: book, timing: timing, onEvent: onEvent)
        return try await ModelServer.run(desk, host: host, port: port, body)
    }
}
