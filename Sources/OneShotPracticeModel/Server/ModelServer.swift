import NIOCore
import NIOPosix
import OneShotCore

/// A server on one address for as long as something runs.
enum ModelServer {
    private typealias Listener = NIOAsyncChannel<EventLoopFuture<ServedPipeline>, Never>

    /// - Parameters:
    ///   - port: 0 for one that is free.
    ///   - body: gets the port.
    /// - Throws: ``PracticeModelError/notListening(host:port:reason:)``, and what `body` throws.
    static func run<Result: Sendable>(
        _ model: some ModelAnswering,
        host: String,
        port: Int,
        _ body: @Sendable @escaping (Int) async throws -> Result
    ) async throws -> Result {
        let server = try await listen(host: host, port: port) { model.refusal(ofWebSocketAt: $0) }
        let connection = ServedConnection(model: model)
        return try await server.executeThenClose { pipelines in
            let bound = server.channel.localAddress?.port ?? port
            return try await withThrowingTaskGroup(of: Result?.self) { group in
                group.addTask {
                    try await withThrowingDiscardingTaskGroup { group in
                        for try await pipeline in pipelines { group.addTask { await connection.serve(pipeline) } }
                    }
                    return nil
                }
                group.addTask { try await body(bound) }
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
        port: Int,
        refusal: @escaping WebSocketRefusalHandler.Refusal
    ) async throws -> Listener {
        do {
            return try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
                .bind(host: host, port: port) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try ServedPipeline.configure(channel, refusal: refusal)
                    }
                }
        } catch {
            let reason = (error as? IOError).map { String(cString: strerror($0.errnoCode)) } ?? "\(error)"
            throw PracticeModelError.notListening(host: host, port: port, reason: reason)
        }
    }
}
