import NIOCore
import NIOPosix
import OneShotCore

/// A server on one address for as long as something runs.
enum PracticeServer {
    typealias Connection = EventLoopFuture<PracticeConnection.Kind>

    /// - Parameters:
    ///   - port: 0 for one that is free.
    ///   - upgrades: whether a WebSocket may be opened at a path; nil where none is.
    ///   - serve: answers on one connection until it ends.
    ///   - body: gets the port.
    /// - Throws: ``PracticeModelError/notListening(host:port:reason:)``, and what `body` throws.
    static func run<Result: Sendable>(
        host: String,
        port: Int,
        upgrades: (@Sendable (String) -> Bool)?,
        serve: @escaping @Sendable (Connection) async -> Void,
        _ body: @Sendable @escaping (Int) async throws -> Result
    ) async throws -> Result {
        let server = try await listen(host: host, port: port, upgrades: upgrades)
        return try await server.executeThenClose { connections in
            let bound = server.channel.localAddress?.port ?? port
            return try await withThrowingTaskGroup(of: Result?.self) { group in
                group.addTask {
                    try await withThrowingDiscardingTaskGroup { group in
                        for try await connection in connections { group.addTask { await serve(connection) } }
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
        upgrades: (@Sendable (String) -> Bool)?
    ) async throws -> NIOAsyncChannel<Connection, Never> {
        do {
            return try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
                .bind(host: host, port: port) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try PracticeConnection.configure(channel, upgrades: upgrades)
                    }
                }
        } catch {
            let reason = (error as? IOError).map { String(cString: strerror($0.errnoCode)) } ?? "\(error)"
            throw PracticeModelError.notListening(host: host, port: port, reason: reason)
        }
    }
}
