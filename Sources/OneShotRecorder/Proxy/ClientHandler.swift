import Foundation
import Logging
import NIOCore
import NIOHTTP2
import NIOSSL
import NIOTLS
import OneShotCore
import OneShotStore
import OneShotWire

/// One client connection: the thin shell around the framers, from the first request to the last byte of what the
/// connection may have turned into. Everything in it happens on one event loop, the upstream connection included.
///
/// A stream of an HTTP/2 connection is served like a connection that carries one exchange: see ``stream``.
final class ClientHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    enum Mode {
        case http
        /// CONNECT was answered, and the next bytes tell what the client speaks.
        case undecided(TunnelPreamble)
        /// The client's ClientHello waits until it is known which protocol the upstream speaks.
        case holding(ByteBuffer)
        /// Bytes are passed through and counted.
        case tunnel
        case webSocket(WebSocketTap)
        /// The last bytes go out; what comes in is dropped.
        case closing
    }

    enum Scope {
        /// The client speaks to us as its proxy.
        case proxy
        /// The client believes that it speaks to this origin.
        case inside(Origin)
        /// The client takes this port of ours for the upstream that it stands for.
        case reverse(Upstream)
    }

    let core: RecorderCore
    let channel: any Channel
    let traceClock: TraceClock
    var context: ChannelHandlerContext?
    var mode = Mode.http
    var scope = Scope.proxy
    var identity: SessionIdentity
    var requests: HTTPMessageFramer
    var responses = HTTPMessageFramer(.responses)
    var current: HTTPExchange? {
        didSet {
            guard current !== oldValue else { return }
            oldValue?.unread?.end()
            restingSince = .now()
        }
    }
    var upstream: UpstreamHandler?
    /// An upstream that was connected to before a request needed it, and could not be reached.
    var earlyFailure: EarlyFailure?
    /// Of a CONNECT that is passed through.
    var tunnel: Tunnel?
    /// The frames of the stream that this serves; nil on a connection of its own.
    var stream: HTTP2StreamHandler?
    private(set) weak var connection: HTTP2ClientConnection?
    /// What a stream ends with where its answer cannot be completed.
    var resetCode = HTTP2ErrorCode.internalError
    var isProcessing = false
    var isHandshaking = false
    /// Since when nothing was under way, or since when the client has been at its next request.
    var restingSince = NIODeadline.now()
    var watching: Scheduled<Void>?
    private var isTurnedAway = false
    private var holdsRead = false
    /// More than this is not taken from a client that is ahead of its upstream.
    private static let aheadLimit = 64 << 10

    /// - Parameter reverse: what the port that the client came to stands for.
    init(core: RecorderCore, channel: any Channel, reverse: Upstream? = nil) {
        self.core = core
        self.channel = channel
        traceClock = TraceClock(eventLoop: channel.eventLoop)
        requests = HTTPMessageFramer(.requests, limits: core.configuration.limits.framing)
        if let reverse { scope = .reverse(reverse) }
        identity = SessionIdentity(connection: SessionIdentity.connectionName(), runID: core.configuration.session)
    }

    /// For a stream of an HTTP/2 connection that leads to the origin.
    init(
        core: RecorderCore,
        channel: any Channel,
        connection: HTTP2ClientConnection,
        origin: Origin,
        identity: SessionIdentity
    ) {
        self.core = core
        self.channel = channel
        traceClock = TraceClock(eventLoop: channel.eventLoop)
        self.connection = connection
        requests = HTTPMessageFramer(.requests)
        self.identity = identity
        scope = .inside(origin)
    }

    /// What arrives has to wait, because the upstream is not there yet.
    var isWaiting: Bool { current?.awaitsUpstream ?? (tunnel != nil) }

    /// Whether the client keeps up with what it is sent.
    var takesBytes: Bool { channel.isWritable }

    func write(_ bytes: ByteBuffer) {
        core.activity.sent(bytes.readableBytes)
        context?.write(wrapOutboundOut(bytes), promise: nil)
    }

    /// Sends a piece of a body on the stream that this serves.
    func send(_ data: ByteBuffer) {
        core.activity.sent(data.readableBytes)
        stream?.send(data)
    }

    private var mayRead: Bool {
        switch mode {
        case .closing, .undecided: true
        case .holding(let bytes): bytes.readableBytes < Self.aheadLimit
        case .http:
            (stream?.bufferedBytes ?? requests.bufferedBytes) < Self.aheadLimit
                && (upstream.map { !$0.isReady || $0.isWritable } ?? true)
        case .tunnel, .webSocket: upstream?.isWritable ?? true
        }
    }

    /// The upstream takes bytes again, or waiting requests were taken.
    func resumeReading() {
        guard holdsRead, mayRead else { return }
        holdsRead = false
        context?.read()
    }

    func startTLS(_ origin: Origin, first bytes: ByteBuffer, offersHTTP2: Bool) {
        do {
            let protocols = offersHTTP2 ? ["h2", "http/1.1"] : ["http/1.1"]
            let context = try core.leaves.context(for: origin.host, protocols: protocols)
            isHandshaking = true
            mode = .http
            try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context), position: .first)
            channel.pipeline.fireChannelRead(bytes)
            channel.pipeline.fireChannelReadComplete()
            resumeReading()
        } catch {
            core.logger.error("no certificate for \(origin.host): \("\(error)".firstLine)")
            context?.close(promise: nil)
        }
    }

    /// The client has chosen HTTP/2: from here on, each of its streams has a handler like this one.
    private func becomeHTTP2(_ context: ChannelHandlerContext) {
        guard case .inside(let origin) = scope else { return }
        do {
            try HTTP2ClientConnection(replacing: self, origin: origin).start(after: self)
            mode = .closing
            watching?.cancel()
            resumeReading()
            context.pipeline.syncOperations.removeHandler(self, promise: nil)
        } catch {
            core.logger.error("HTTP/2 with a client of \(origin.host): \("\(error)".firstLine)")
            context.close(promise: nil)
        }
    }
}

// MARK: - Events of the channel

extension ClientHandler {
    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        guard connection == nil else { return }
        switch core.opened(channel) {
        case .welcome: watch(after: min(core.configuration.limits.head, core.configuration.limits.idle))
        case .full: isTurnedAway = true
        case .closing: context.close(promise: nil)
        }
    }

    func channelActive(context: ChannelHandlerContext) {
        if isTurnedAway {
            let limit = core.configuration.limits.connections
            core.logger.warning("turned a client away: \(limit) connections are open")
            refuseConnection(status: 503, reason: "Service Unavailable", text: "\(limit) connections are open already")
        }
        context.fireChannelActive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        core.activity.received(bytes.readableBytes)
        switch mode {
        case .http:
            if requests.isIdle { restingSince = .now() }
            requests.append(bytes)
            processRequests()
        case .undecided(var preamble):
            mode = .undecided(TunnelPreamble())
            preamble.append(bytes)
            decideProtocol(preamble)
        case .holding(var held):
            mode = .closing
            held.writeImmutableBuffer(bytes)
            mode = .holding(held)
        case .tunnel:
            tunnel?.sent += bytes.readableBytes
            upstream?.write(bytes)
        case .webSocket(let tap): tap.clientSent(bytes)
        case .closing: break
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        upstream?.flush()
        context.flush()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { upstream?.resumeReading() }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case TLSUserEvent.handshakeCompleted(let chosen):
            isHandshaking = false
            if chosen == "h2" { becomeHTTP2(context) }
        case is RecorderStops:
            endExchanges(by: "recorder")
            context.close(promise: nil)
        default: break
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        watching?.cancel()
        endExchanges(by: "client")
        if let connection { connection.closed(self) } else { core.closed(channel) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if isHandshaking { recordFailedHandshake(error) }
        context.close(promise: nil)
    }

    func read(context: ChannelHandlerContext) {
        if mayRead { context.read() } else { holdsRead = true }
    }
}
