import NIOCore
import NIOPosix
import NIOSSL
import NIOTLS

/// One connection to an upstream, or one stream of an HTTP/2 connection, on the event loop of the client that it belongs
/// to. It hands everything to its owner and reads no faster than the owner takes.
///
/// A connection is made in two steps, so that the first can be taken before it is known what the client will speak:
/// ``connect(on:)`` opens the TCP connection, ``begin(_:)`` says what is spoken on it.
final class UpstreamHandler: ChannelDuplexHandler, RemovableChannelHandler {
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
    weak var owner: (any UpstreamOwner)?
    private var context: ChannelHandlerContext?
    private var eventLoop: (any EventLoop)?
    private var security: Security?
    private var patience: Scheduled<Void>?
    /// The way to the origin is open.
    private var isConnected = false
    private var holdsRead = false
    private(set) var isReady = false
    private(set) var hasEnded = false
    /// Requests that were sent on it.
    var requests = 0

    /// The frames of a stream, where this is one.
    private(set) var stream: HTTP2StreamHandler?
    /// The connection that this one has become, where the upstream chose HTTP/2.
    private(set) var http2: HTTP2UpstreamConnection?

    init(origin: Origin, route: UpstreamRoute, owner: any UpstreamOwner) {
        self.origin = origin
        self.route = route
        self.owner = owner
    }

    /// It will be a stream, which ``HTTP2UpstreamConnection/open(_:)`` opens.
    func useStream() { stream = HTTP2StreamHandler(.responses, owner: self) }

    /// Opens the connection. The owner hears ``UpstreamOwner/upstreamEnded(_:error:)`` if that fails.
    func connect(on eventLoop: any EventLoop) {
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        let route = route
        self.eventLoop = eventLoop
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

    /// Says what is spoken. The owner hears ``UpstreamOwner/upstreamIsReady(_:)`` or
    /// ``UpstreamOwner/upstreamEnded(_:error:)``, perhaps before this returns.
    func begin(_ security: Security) {
        guard self.security == nil, !hasEnded else { return }
        self.security = security
        patience = eventLoop?.assumeIsolated().scheduleTask(in: .seconds(30)) { [weak self] in
            self?.end(ChannelError.connectTimeout(.seconds(30)))
        }
        if case .none = security { origin.isTLS = false }
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

    /// The owner no longer wants to hear of it.
    func detach() {
        owner = nil
        hasEnded = true
        patience?.cancel()
        close()
    }

    var isWritable: Bool { context?.channel.isWritable ?? false }

    func write(_ bytes: ByteBuffer) { context?.write(wrapOutboundOut(bytes), promise: nil) }
    func flush() { context?.flush() }

    /// The owner takes bytes again.
    func resumeReading() {
        guard holdsRead else { return }
        holdsRead = false
        context?.read()
    }

    func end(_ error: (any Error)?) {
        guard !hasEnded else { return }
        hasEnded = true
        patience?.cancel()
        owner?.upstreamEnded(self, error: error)
        close()
    }

    private func close() {
        context?.close(promise: nil)
        http2?.close()
    }

    private func ready() {
        guard !isReady, !hasEnded else { return }
        isReady = true
        patience?.cancel()
        owner?.upstreamIsReady(self)
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
        if stream != nil { ready() } else if security != nil { start(context) }
        context.fireChannelActive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard case .handshakeCompleted(let chosen) = event as? TLSUserEvent else { return }
        if chosen == "h2" { becomeHTTP2(context) }
        ready()
    }

    private func becomeHTTP2(_ context: ChannelHandlerContext) {
        do {
            http2 = try HTTP2UpstreamConnection.take(over: self, in: context)
            resumeReading()
            context.pipeline.syncOperations.removeHandler(self, promise: nil)
        } catch {
            end(error)
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        owner?.upstreamRead(unwrapInboundIn(data))
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        owner?.upstreamReadComplete()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { owner?.resumeReading() }
    }

    func channelInactive(context: ChannelHandlerContext) { end(isReady ? nil : ChannelError.eof) }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A peer that closes without TLS's own good-bye is common; what matters is whether the message was whole.
        if isReady, case .uncleanShutdown = error as? NIOSSLError { return }
        end(error)
    }

    func read(context: ChannelHandlerContext) {
        if owner?.takesBytes ?? true { context.read() } else { holdsRead = true }
    }
}

extension UpstreamHandler: HTTP2StreamOwner {
    func streamHasEvents() { owner?.upstreamHasEvents() }
    func streamFailed(_ error: HTTP2MessageError) { owner?.upstreamFailed(self, error: error) }
}
