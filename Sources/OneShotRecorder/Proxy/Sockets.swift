import Foundation
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import OneShotCore

/// The listening sockets and the event loops behind them.
struct Sockets: Sendable {
    private let core: RecorderCore
    private let group = MultiThreadedEventLoopGroup(numberOfThreads: min(4, System.coreCount))
    private let channels = NIOLockedValueBox<[any Channel]>([])

    init(core: RecorderCore) { self.core = core }

    /// - Throws: ``RecorderError/portTaken(host:port:holder:)``, ``RecorderError/cannotListen(on:reason:)``,
    ///   ``RecorderError/openToOthers(host:)``, ``RecorderError/upstreamMalformed(host:origin:)``.
    func open() async throws {
        for listener in core.configuration.listeners {
            let channel = try await bind(listener)
            channels.withLockedValue { $0.append(channel) }
            switch listener {
            case .tcp(let host, let port):
                let taken = channel.localAddress?.port ?? port
                core.ports.withLockedValue { _ = $0.insert(taken) }
                core.listeners.withLockedValue { $0.append(.tcp(host: host, port: taken)) }
            case .reverse(let port, let upstream):
                let taken = channel.localAddress?.port ?? port
                core.ports.withLockedValue { _ = $0.insert(taken) }
                core.listeners.withLockedValue { $0.append(.reverse(port: taken, upstream: upstream)) }
            case .unixSocket:
                core.listeners.withLockedValue { $0.append(listener) }
            }
        }
    }

    func closeListeners() async {
        for channel in channels.withLockedValue({ $0 }) { try? await channel.close() }
        for case .unixSocket(let path) in core.listeners.withLockedValue({ $0 }) { unlink(path) }
    }

    func shutdown() async { try? await group.shutdownGracefully() }

    private func bind(_ listener: RecorderConfiguration.Listener) async throws -> any Channel {
        let core = core
        let reverse = try Self.reverse(listener)
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 512)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if channel.localAddress?.port != nil {
                        try channel.syncOptions?.setOption(.tcpOption(.tcp_nodelay), value: 1)
                    }
                    // A client whose machine is gone says nothing more; the system finds out.
                    try channel.syncOptions?.setOption(.socketOption(.so_keepalive), value: 1)
                    try channel.pipeline.syncOperations.addHandler(
                        ClientHandler(core: core, channel: channel, reverse: reverse)
                    )
                }
            }
        switch listener {
        case .tcp(let host, let port):
            guard IPAddress.isLoopback(host) || core.configuration.token != nil else {
                throw RecorderError.openToOthers(host: host)
            }
            return try await bind(bootstrap, host: host, port: port)
        case .reverse(let port, _): return try await bind(bootstrap, host: "127.0.0.1", port: port)
        case .unixSocket(let path):
            do {
                return try await bootstrap.bind(unixDomainSocketPath: path).get()
            } catch {
                throw RecorderError.cannotListen(on: path, reason: Self.reason(error))
            }
        }
    }

    private func bind(_ bootstrap: ServerBootstrap, host: String, port: Int) async throws -> any Channel {
        do {
            return try await bootstrap.bind(host: host, port: port).get()
        } catch let error as IOError where error.errnoCode == EADDRINUSE {
            throw RecorderError.portTaken(host: host, port: port, holder: PortHolder.describe(port: port))
        } catch {
            throw RecorderError.cannotListen(on: "\(host):\(port)", reason: Self.reason(error))
        }
    }

    /// What the listener stands for, if it stands for something.
    private static func reverse(_ listener: RecorderConfiguration.Listener) throws -> Upstream? {
        guard case .reverse(_, let url) = listener else { return nil }
        guard let upstream = Upstream(url) else {
            throw RecorderError.upstreamMalformed(host: "--reverse", origin: url.absoluteString)
        }
        return upstream
    }

    private static func reason(_ error: any Error) -> String {
        guard let error = error as? IOError else { return "\(error)".firstLine }
        return String(cString: strerror(error.errnoCode))
    }
}
