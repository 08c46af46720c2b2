import NIOConcurrencyHelpers
import NIOCore
import NIOSSL

/// How a connection gets to its origin: directly, or by a proxy.
struct UpstreamRoute: Sendable {
    /// Where the TCP connection leads: the origin, or the proxy.
    let hop: Origin
    /// Nil where there is none on the way.
    let proxy: UpstreamProxy.Server?
    /// The proxy is asked for a connection to the origin, instead of being sent the requests.
    let isTunnelled: Bool
    /// Requests name their origin, and the proxy is told who we are.
    var isAbsolute: Bool { proxy != nil && !isTunnelled }

    private let origin: Origin
    private let ownPorts: Set<Int>
    /// For a proxy that itself speaks TLS.
    private let hopTLS: NIOSSLContext?

    /// Puts into a new channel what comes before the origin itself is spoken to. The handlers that are added after
    /// these see the channel become active when the way to the origin is open.
    func install(on channel: any Channel) throws {
        let pipeline = channel.pipeline.syncOperations
        if !ownPorts.isEmpty { try pipeline.addHandler(SelfConnectionGuard(ownPorts: ownPorts)) }
        guard let proxy else { return }
        if let hopTLS {
            let name = IPAddress.bytes(hop.host) == nil ? hop.host : nil
            try pipeline.addHandler(NIOSSLClientHandler(context: hopTLS, serverHostname: name))
        }
        try pipeline.addHandler(
            ProxyTunnelHandler(proxy: proxy, target: isTunnelled ? origin : nil, awaitsTLS: hopTLS != nil)
        )
    }

    /// For messages: such as ` by the proxy proxy.example:3128`; empty where there is none.
    var byWay: String { proxy.map { " by the proxy \($0)" } ?? "" }
}

extension UpstreamRoute {
    /// - Parameter needsTunnel: what is to be sent is no plain request and its answer: TLS, an upgrade, or anything.
    init(to origin: Origin, needsTunnel: Bool, core: RecorderCore) {
        let isTunnelled = needsTunnel || origin.isTLS
        var proxy = core.configuration.proxy?.server(for: origin, tunnelled: isTunnelled)
        // The variables of the shell in which we were started may well name ourselves.
        if let server = proxy, core.isOwn(server.origin) { proxy = nil }
        self.origin = origin
        self.proxy = proxy
        self.isTunnelled = isTunnelled && proxy != nil
        hop = proxy?.origin ?? origin
        hopTLS = proxy?.origin.isTLS == true ? core.upstreamTLS.context(for: hop) : nil
        ownPorts = core.ports.withLockedValue { $0 }
    }
}

/// Why there is no way to an upstream.
enum UpstreamRefusal: Error, Equatable, CustomStringConvertible {
    /// The name leads to a port of our own.
    case ownPort
    case proxy(status: Int, reason: String)
    case proxyClosed
    case proxyMalformed

    var description: String {
        switch self {
        case .ownPort: "it is the recorder's own port"
        case .proxy(407, _): "the proxy wants credentials (407): give its URL as http://USER:PASSWORD@HOST:PORT"
        case .proxy(let status, let reason): "the proxy answered \(status) \(reason)".trimmingSuffix()
        case .proxyClosed: "the proxy closed the connection"
        case .proxyMalformed: "the proxy's answer is no HTTP"
        }
    }
}

extension String {
    fileprivate func trimmingSuffix() -> String { hasSuffix(" ") ? String(dropLast()) : self }
}

/// Ends a connection to ourselves, by whatever name it came about, before it can go round and round.
final class SelfConnectionGuard: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer

    private let ownPorts: Set<Int>

    init(ownPorts: Set<Int>) { self.ownPorts = ownPorts }

    func channelActive(context: ChannelHandlerContext) {
        let remote = context.channel.remoteAddress
        let isOwn =
            remote.flatMap(\.port).map(ownPorts.contains) ?? false
            && (remote?.ipAddress.map(IPAddress.isLoopback) ?? false
                || remote?.ipAddress == context.channel.localAddress?.ipAddress)
        if isOwn {
            context.fireErrorCaught(UpstreamRefusal.ownPort)
            context.close(promise: nil)
        } else {
            context.fireChannelActive()
            context.pipeline.syncOperations.removeHandler(self, promise: nil)
        }
    }
}
