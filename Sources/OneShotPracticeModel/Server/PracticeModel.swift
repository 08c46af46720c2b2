import NIOConcurrencyHelpers
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket
public import OneShotCore

/// A model that answers the Responses API from a script, over HTTP (JSON and SSE) and WebSocket.
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
        let server = try await listen(host: host, port: port)
        return try await server.executeThenClose { connections in
            let bound = server.channel.localAddress?.port ?? port
            return try await withThrowingTaskGroup(of: Result?.self) { group in
                group.addTask {
                    try await withThrowingDiscardingTaskGroup { group in
                        for try await connection in connections {
                            group.addTask { await PracticeConnection(desk: desk).serve(connection) }
                        }
                    }
                    return nil
                }
                group.addTask { try await body(Running(host: host, port: bound, log: log)) }
                defer { group.cancelAll() }
                while let result = try await group.next() {
                    if let result { return result }
                }
                throw CancellationError()
            }
        }
    }

    private static func listen(
        host: String,
        port: Int
    ) async throws -> NIOAsyncChannel<EventLoopFuture<PracticeConnection.Kind>, Never> {
        do {
            return try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
                .bind(host: host, port: port) { channel in
                    channel.eventLoop.makeCompletedFuture { try PracticeConnection.configure(channel) }
                }
        } catch {
            let reason = (error as? IOError).map { String(cString: strerror($0.errnoCode)) } ?? "\(error)"
            throw PracticeModelError.notListening(host: host, port: port, reason: reason)
        }
    }
}
