import NIOCore
import NIOPosix
import NIOSSL
import NIOTLS

/// One connection to an upstream, on the event loop of the client that it belongs to. It hands everything to the
/// client's handler and reads no faster than the client takes.
final class UpstreamHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    let origin: Origin
    private weak var client: ClientHandler?
    private var context: ChannelHandlerContext?
    private var holdsRead = false
    private(set) var isReady = false
    private var hasEnded = false
    /// Requests that were sent on it.
    var requests = 0

    init(origin: Origin, client: ClientHandler) {
        self.origin = origin
        self.client = client
    }

    /// Starts to connect. The client hears ``ClientHandler/upstreamIsReady(_:)`` or
    /// ``ClientHandler/upstreamEnded(_:error:)``.
    func connect(on eventLoop: any EventLoop, tls: NIOSSLContext) {
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        let origin = origin
        ClientBootstrap(group: eventLoop)
            .connectTimeout(.seconds(15))
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if origin.isTLS {
                        // Without a name the certificate is checked against the address.
                        let name = IPAddress.bytes(origin.host) == nil ? origin.host : nil
                        let handler = try NIOSSLClientHandler(context: tls, serverHostname: name)
                        try channel.pipeline.syncOperations.addHandler(handler)
                    }
                    try channel.pipeline.syncOperations.addHandler(bound.value)
                }
            }
            .connect(host: origin.host, port: origin.port)
            .assumeIsolated()
            .whenFailure { self.end($0) }
        eventLoop.assumeIsolated().scheduleTask(in: .seconds(30)) { [weak self] in
            guard let self, !isReady else { return }
            end(ChannelError.connectTimeout(.seconds(30)))
        }
    }

    /// The client no longer wants to hear of it.
    func detach() {
        client = nil
        hasEnded = true
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
        client?.upstreamEnded(self, error: error)
        context?.close(promise: nil)
    }

    private func ready() {
        guard !isReady, !hasEnded else { return }
        isReady = true
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
        if !origin.isTLS { ready() }
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
