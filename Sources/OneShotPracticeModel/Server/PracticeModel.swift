import NIOConcurrencyHelpers
public import OneShotCore

/// A model that answers from a script: the Responses API over HTTP (JSON and SSE) and WebSocket, Anthropic's Messages
/// and Chat Completions over HTTP.
public struct PracticeModel: Sendable {
    /// A practice model that is listening.
    public struct Running: Sendable {
        public let host: String
        public let port: Int
        fileprivate let log: NIOLockedValueBox<PracticeLog>

        /// What an agent takes for its base URL.
        public var baseURL: String { "http://\(host):\(port)/v1" }
        /// How many calls there were, each attempt and cache warming of its own.
        public var requestCount: Int { log.withLockedValue { $0.count } }
        /// The bodies of the newest calls, at most 32.
        public var requests: [JSON] { log.withLockedValue { $0.newest } }
    }

    /// What happened, for a person who watches.
    public struct Event: Sendable {
        public var transport: String
        public var model: String
        public var responseID: String
        /// The kinds of the answer's output items.
        public var items: [String]
        public var usage: Usage
    }

    /// Listens while `body` runs.
    ///
    /// - Parameters:
    ///   - port: 0 for one that is free.
    ///   - onAnswer: called for each answer, before it is sent.
    /// - Throws: ``PracticeModelError/notListening(host:port:reason:)``, and what `body` throws.
    @discardableResult
    public static func run<Result: Sendable>(
        _ script: PracticeScript,
        host: String = "127.0.0.1",
        port: Int = 0,
        onAnswer: @escaping @Sendable (Event) -> Void = { _ in },
        _ body: @Sendable @escaping (Running) async throws -> Result
    ) async throws -> Result {
        let log = NIOLockedValueBox(PracticeLog())
        let desk = PracticeDesk(script: script, log: log, onAnswer: onAnswer)
        return try await ModelServer.run(desk, host: host, port: port) {
            try await body(Running(host: host, port: $0, log: log))
        }
    }
}
