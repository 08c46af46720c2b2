import NIOCore
import NIOHTTP2

/// An HTTP/2 connection to an upstream, which carries the requests of one client connection.
final class HTTP2UpstreamConnection: ChannelInboundHandler {
    typealias InboundIn = HTTP2Frame

    private weak var handler: UpstreamHandler?
    private var context: ChannelHandlerContext?
    private var multiplexer: NIOHTTP2Handler.StreamMultiplexer?
    private var streams = 0
    /// No more streams will be opened.
    private var isRetired = false

    init(_ handler: UpstreamHandler) { self.handler = handler }

    /// Turns a channel whose TLS handshake has chosen HTTP/2 into one that speaks it, in the handler's place.
    static func take(over handler: UpstreamHandler, in context: ChannelHandlerContext) throws -> HTTP2UpstreamConnection
    {
        let connection = HTTP2UpstreamConnection(handler)
        let http2 = NIOHTTP2Handler(
            mode: .client,
            eventLoop: context.eventLoop,
            connectionConfiguration: HTTP2Limits.connection(.client, window: HTTP2Limits.upstreamWindow),
            streamConfiguration: HTTP2Limits.stream(window: HTTP2Limits.upstreamWindow),
            inboundStreamInitializer: { $0.close() }
        )
        let pipeline = context.pipeline.syncOperations
        try pipeline.addHandlers([http2, connection], position: .after(handler))
        connection.multiplexer = try http2.syncMultiplexer()
        return connection
    }

    /// Opens a stream for the handler, which becomes part of its channel.
    func open(_ handler: UpstreamHandler) {
        guard let context, let multiplexer, let stream = handler.stream else {
            handler.end(ChannelError.ioOnClosedChannel)
            return
        }
        streams += 1
        let opened = context.eventLoop.makePromise(of: (any Channel).self)
        let bound = NIOLoopBound((stream, handler), eventLoop: context.eventLoop)
        multiplexer.createStreamChannel(promise: opened) { channel in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHandlers([bound.value.0, bound.value.1])
            }
        }
        opened.futureResult.assumeIsolated().whenComplete { result in
            switch result {
            case .success(let channel): channel.closeFuture.assumeIsolated().whenComplete { _ in self.closed() }
            case .failure(let error):
                handler.end(error)
                self.closed()
            }
        }
    }

    private func closed() {
        streams -= 1
        if isRetired, streams == 0 { close() }
    }

    func retire() {
        guard !isRetired else { return }
        isRetired = true
        if let handler { handler.owner?.upstreamRetires(handler) }
        if streams == 0 { close() }
    }

    func close() { context?.close(promise: nil) }
}

extension HTTP2UpstreamConnection {
    func handlerAdded(context: ChannelHandlerContext) { self.context = context }
    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .goAway = unwrapInboundIn(data).payload { retire() }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // An error of one stream comes here too, after the stream has had it: the others may finish.
        if error is any NIOHTTP2Error { retire() } else { context.close(promise: nil) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        isRetired = true
        handler?.end(nil)
        context.fireChannelInactive()
    }
}
