import NIOCore
import NIOPosix
import NIOSSL
import NIOTLS

/// One connection to an upstream, on the event loop of the client that it belongs to. It hands everything to the
/// client's handler and reads no faster than the client takes.
///
/// It is made in two steps, so that the first can be taken before it is known what the client will speak:
/// ``connect(on:)`` opens the TCP connection, ``begin(_:)`` says what is spoken on it.
final class UpstreamHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// What is spoken on the connection.
    enum Security {
        case none
        case tls(NIOSSLContext)
    }

    private(set) var origin: Origin
    let route: UpstreamRoute
    private weak var client: ClientHandler?
    private var context: ChannelHandlerContext?
    private var security: Security?
    private var patience: Scheduled<Void>?
    /// The way to the origin is open.
    private var isConnected = false
    private var holdsRead = false
    private(set) var isReady = false
    private var hasEnded = false
    /// Requests that were sent on it.
    var requests = 0

    init(origin: Origin, route: UpstreamRoute, client: ClientHandler) {
        self.origin = origin
        self.route = route
        self.client = client
    }

    /// Opens the connection. The client hears ``ClientHandler/upstreamEnded(_:error:)`` if that fails.
    func connect(on eventLoop: any EventLoop) {
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        let route = route
        ClientBootstrap(group: eventLoop)
            .connectTimeout(.seconds(15))
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelOption(.socketOption(.so_keepalive), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try route.install(on: channel)
                    try channel.pipeline.syncOperations.addHandler(bound.value)
                }
            }
            .connect(host: route.hop.host, port: route.hop.port)
            .assumeIsolated()
            .whenFailure { self.end($0) }
    }

    /// Says what is spoken. The client hears ``ClientHandler/upstreamIsReady(_:)`` or
    /// ``ClientHandler/upstreamEnded(_:error:)``, perhaps before this returns.
    func begin(_ security: Security) {
        guard self.security == nil, !hasEnded else { return }
        self.security = security
        if case .none = security { origin.isTLS = false }
        patience = client?.channel.eventLoop.assumeIsolated().scheduleTask(in: .seconds(30)) { [weak self] in
            self?.end(ChannelError.connectTimeout(.seconds(30)))
        }
        if let context, isConnected { start(context) }
    }

    /// The connection is there, and it is known what is spoken on it.
    private func start(_ context: ChannelHandlerContext) {
        guard case .tls(let tls) = security else {
            if security != nil { ready() }
            return
        }
        do {
            // Without a name the certificate is checked against the address.
            let name = IPAddress.bytes(origin.host) == nil ? origin.host : nil
            let handler = try NIOSSLClientHandler(context: tls, serverHostname: name)
            try context.pipeline.syncOperations.addHandler(handler, position: .before(self))
        } catch {
            end(error)
        }
    }

    /// The client no longer wants to hear of it.
    func detach() {
        client = nil
        hasEnded = true
        patience?.cancel()
        context?.close(promise: nil)
    }

    var isWritable: Bool { context?.channel.isWritable ?? false }

    func write(_ bytes: ByteBuffer) { context?.write(wrapOutboundOut(bytes), promise: nil) }
    func flush() { context?.flush() }

    /// The client takes bytes again.
    func resumeReading() {
        guard holdsRead else { return }
        holdsRead = false
        context?.read()
    }

    private func end(_ error: (any Error)?) {
        guard !hasEnded else { return }
        hasEnded = true
        patience?.cancel()
        client?.upstreamEnded(self, error: error)
        context?.close(promise: nil)
    }

    private func ready() {
        guard !isReady, !hasEnded else { return }
        isReady = true
        patience?.cancel()
        client?.upstreamIsReady(self)
    }
}

extension UpstreamHandler {
    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        // Given up while it was connecting.
        if hasEnded { context.close(promise: nil) }
    }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelActive(context: ChannelHandlerContext) {
        isConnected = true
        if security != nil { start(context) }
        context.fireChannelActive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .handshakeCompleted = event as? TLSUserEvent { ready() }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        client?.upstreamRead(unwrapInboundIn(data))
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        client?.upstreamReadComplete()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { client?.resumeReading() }
    }

    func channelInactive(context: ChannelHandlerContext) { end(isReady ? nil : ChannelError.eof) }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A peer that closes without TLS's own good-bye is common; what matters is whether the message was whole.
        if isReady, case .uncleanShutdown = error as? NIOSSLError { return }
        end(error)
    }

    func read(context: ChannelHandlerContext) {
        if client?.takesBytes ?? true { context.read() } else { holdsRead = true }
    }
}
