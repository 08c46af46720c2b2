import NIOCore
import NIOTLS
import OneShotWire

/// Asks a proxy for a connection to the origin (RFC 9110, section 9.3.6), and then gets out of the way.
///
/// What stands behind it in the pipeline sees the channel become active when that connection is there. What is written
/// before that waits.
final class ProxyTunnelHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let proxy: UpstreamProxy.Server
    /// Nil where the proxy is sent requests and no tunnel is needed.
    private let target: Origin?
    /// The way to the proxy is TLS, whose handshake comes first.
    private let awaitsTLS: Bool
    private var answer = HTTPMessageFramer(.responses)
    private var isOver = false
    private var waiting: [(ByteBuffer, EventLoopPromise<Void>?)] = []

    init(proxy: UpstreamProxy.Server, target: Origin?, awaitsTLS: Bool) {
        self.proxy = proxy
        self.target = target
        self.awaitsTLS = awaitsTLS
    }

    func channelActive(context: ChannelHandlerContext) {
        if !awaitsTLS { ask(context) }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard case .handshakeCompleted = event as? TLSUserEvent, awaitsTLS, !isOver else {
            context.fireUserInboundEventTriggered(event)
            return
        }
        ask(context)
    }

    private func ask(_ context: ChannelHandlerContext) {
        guard let target else {
            finish(context)
            return
        }
        let place = target.host.contains(":") ? "[\(target.host)]:\(target.port)" : "\(target.host):\(target.port)"
        var request = "CONNECT \(place) HTTP/1.1\r\nHost: \(place)\r\n"
        if let authorization = proxy.authorization { request += "Proxy-Authorization: \(authorization)\r\n" }
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: request + "\r\n")), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isOver else {
            context.fireChannelRead(data)
            return
        }
        answer.append(unwrapInboundIn(data))
        do {
            while !isOver, let event = try answer.next() {
                guard case .head(let head, _) = event, head.status >= 200 else { continue }
                if head.status < 300 {
                    finish(context)
                } else {
                    fail(context, .proxy(status: head.status, reason: head.reason))
                }
            }
        } catch {
            fail(context, .proxyMalformed)
        }
    }

    private func finish(_ context: ChannelHandlerContext) {
        isOver = true
        context.fireChannelActive()
        for (bytes, promise) in waiting { context.write(wrapOutboundOut(bytes), promise: promise) }
        waiting = []
        context.flush()
        let early = answer.takeBuffered()
        if early.readableBytes > 0 { context.fireChannelRead(wrapInboundOut(early)) }
        context.pipeline.syncOperations.removeHandler(self, promise: nil)
    }

    private func fail(_ context: ChannelHandlerContext, _ refusal: UpstreamRefusal) {
        isOver = true
        dropWaiting(refusal)
        context.fireErrorCaught(refusal)
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        if !isOver {
            isOver = true
            dropWaiting(.proxyClosed)
            context.fireErrorCaught(UpstreamRefusal.proxyClosed)
        }
        context.fireChannelInactive()
    }

    private func dropWaiting(_ refusal: UpstreamRefusal) {
        for (_, promise) in waiting { promise?.fail(refusal) }
        waiting = []
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if isOver { context.write(data, promise: promise) } else { waiting.append((unwrapOutboundIn(data), promise)) }
    }

    /// An error of the TLS with the proxy itself.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        isOver = true
        dropWaiting(.proxyClosed)
        context.fireErrorCaught(error)
    }
}

extension HTTPHead {
    fileprivate var reason: String {
        guard case .response(_, let reason) = startLine else { return "" }
        return reason
    }
}
