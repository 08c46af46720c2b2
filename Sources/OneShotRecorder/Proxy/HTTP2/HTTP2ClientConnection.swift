import Logging
import NIOCore
import NIOHTTP2
import OneShotCore

/// An HTTP/2 connection of a client: each of its streams is served by a ``ClientHandler`` of its own, and their requests
/// share one connection to the upstream.
final class HTTP2ClientConnection: ChannelInboundHandler {
    typealias InboundIn = HTTP2Frame

    private let core: RecorderCore
    private let channel: any Channel
    private let origin: Origin
    private let identity: SessionIdentity
    private var streams: [ObjectIdentifier: ClientHandler] = [:]
    private var isEnding = false
    private var restingSince = NIODeadline.now()
    private var watching: Scheduled<Void>?

    private var upstream: UpstreamHandler?
    private var failure: (error: (any Error)?, at: NIODeadline)?
    /// Streams whose requests wait for the upstream.
    private var waiting: [UpstreamHandler] = []

    /// - Parameter client: of the connection before its protocol was known; it loses its place and its upstream.
    init(replacing client: ClientHandler, origin: Origin) {
        core = client.core
        channel = client.channel
        identity = client.identity
        self.origin = origin
        upstream = client.upstream
        client.upstream = nil
        upstream?.owner = self
    }

    /// Makes the channel speak HTTP/2.
    func start(after client: ClientHandler) throws {
        let bound = NIOLoopBound(self, eventLoop: channel.eventLoop)
        let http2 = NIOHTTP2Handler(
            mode: .server,
            eventLoop: channel.eventLoop,
            connectionConfiguration: HTTP2Limits.connection(
                .server,
                window: HTTP2Limits.clientWindow,
                headBytes: core.configuration.limits.headBytes
            ),
            streamConfiguration: HTTP2Limits.stream(window: HTTP2Limits.clientWindow),
            inboundStreamInitializer: { stream in
                stream.eventLoop.makeCompletedFuture { try bound.value.open(stream) }
            }
        )
        try channel.pipeline.syncOperations.addHandlers([http2, self], position: .after(client))
        if let upstream, upstream.isReady { upstreamIsReady(upstream) }
        watch(after: core.configuration.limits.idle)
    }

    /// Ends the connection once it has served nobody for long enough.
    private func watch(after delay: Duration) {
        watching = channel.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(delay)) { [weak self] in
            guard let self else { return }
            let idle = core.configuration.limits.idle
            let rested = streams.isEmpty ? Duration.nanoseconds((.now() - restingSince).nanoseconds) : .zero
            if rested < idle {
                watch(after: idle - rested)
            } else {
                core.logger.info("closed a connection: its client asked for nothing in \(idle)")
                channel.close(promise: nil)
            }
        }
    }

    private func open(_ stream: any Channel) throws {
        let client = ClientHandler(core: core, channel: stream, connection: self, origin: origin, identity: identity)
        let handler = HTTP2StreamHandler(.requests, owner: client)
        client.stream = handler
        try stream.pipeline.syncOperations.addHandlers([handler, client])
        streams[ObjectIdentifier(client)] = client
    }

    func closed(_ client: ClientHandler) {
        streams[ObjectIdentifier(client)] = nil
        restingSince = .now()
        if isEnding, streams.isEmpty { channel.close(promise: nil) }
    }
}

// MARK: - The way upstream

extension HTTP2ClientConnection: UpstreamOwner {
    /// Opens a stream to the origin for one of ours, or makes the connection first.
    ///
    /// - Returns: false where the destination is another, or speaks no HTTP/2: then the client connects for itself.
    func open(_ handler: UpstreamHandler) -> Bool {
        guard handler.origin == origin, core.upstream(for: origin) == nil,
            core.protocols.known(of: origin) != .http1
        else { return false }
        if let upstream, let http2 = upstream.http2 {
            handler.useStream()
            http2.open(handler)
        } else if let failure, .now() - failure.at < .seconds(10) {
            self.failure = nil
            handler.end(failure.error)
        } else {
            if upstream == nil { connect() }
            waiting.append(handler)
        }
        return true
    }

    private func connect() {
        failure = nil
        let route = UpstreamRoute(to: origin, needsTunnel: true, core: core)
        let handler = UpstreamHandler(origin: origin, route: route, owner: self)
        upstream = handler
        handler.connect(on: channel.eventLoop)
        handler.begin(core.security(for: origin, offersHTTP2: true))
    }

    func upstreamIsReady(_ handler: UpstreamHandler) {
        guard handler === upstream else { return }
        core.protocols.note(handler.http2 == nil ? .http1 : .http2, of: origin)
        let waiting = waiting
        self.waiting = []
        if let http2 = handler.http2 {
            for waiter in waiting where !waiter.hasEnded {
                waiter.useStream()
                http2.open(waiter)
            }
        } else {
            // What was remembered of the origin is no longer so. Each stream gets a connection of its own.
            upstream = nil
            handler.detach()
            for waiter in waiting where !waiter.hasEnded {
                waiter.connect(on: channel.eventLoop)
                waiter.begin(core.security(for: origin, offersHTTP2: false))
            }
        }
    }

    func upstreamEnded(_ handler: UpstreamHandler, error: (any Error)?) {
        guard handler === upstream else { return }
        upstream = nil
        guard !handler.isReady else { return }
        let waiting = waiting
        self.waiting = []
        if waiting.isEmpty { failure = (error, .now()) }
        for waiter in waiting { waiter.end(error) }
    }

    func upstreamRetires(_ handler: UpstreamHandler) {
        if handler === upstream { upstream = nil }
    }

    // Only streams carry messages.
    func upstreamRead(_ bytes: ByteBuffer) {}
    func upstreamHasEvents() {}
    func upstreamFailed(_ handler: UpstreamHandler, error: HTTP2MessageError) {}
    func upstreamReadComplete() {}
    func resumeReading() {}
    var takesBytes: Bool { true }
}

// MARK: - Events of the channel

extension HTTP2ClientConnection {
    func channelRead(context: ChannelHandlerContext, data: NIOAny) {}

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard event is RecorderStops else { return }
        for client in streams.values { client.endExchanges(by: "recorder") }
        context.close(promise: nil)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard error is any NIOHTTP2Error else {
            context.close(promise: nil)
            return
        }
        // An error of one stream comes here too, after the stream has had it: the others may finish.
        core.logger.debug("HTTP/2 of a client of \(origin.host): \("\(error)".firstLine)")
        isEnding = true
        if streams.isEmpty { context.close(promise: nil) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        watching?.cancel()
        upstream?.detach()
        upstream = nil
        waiting = []
        core.closed(channel)
        context.fireChannelInactive()
    }
}
