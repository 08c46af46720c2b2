import NIOCore
import NIOHTTP1
import NIOWebSocket

/// What a connection turned out to be.
enum ServedPipeline: Sendable {
    typealias HTTPChannel = NIOAsyncChannel<HTTPServerRequestPart, HTTPPart<HTTPResponseHead, ByteBuffer>>
    typealias WebSocketChannel = NIOAsyncChannel<WebSocketFrame, WebSocketFrame>

    case http(HTTPChannel)
    case webSocket(WebSocketChannel, upgrade: HTTPRequestHead)

    /// Builds the pipeline of a new connection.
    static func configure(
        _ channel: any Channel,
        refusal: @escaping WebSocketRefusalHandler.Refusal
    ) throws -> EventLoopFuture<ServedPipeline> {
        let upgrader = NIOTypedWebSocketServerUpgrader<ServedPipeline>(
            maxFrameSize: 256 << 20,
            shouldUpgrade: { channel, _ in channel.eventLoop.makeSucceededFuture(HTTPHeaders()) },
            upgradePipelineHandler: { channel, head in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        NIOWebSocketFrameAggregator(
                            minNonFinalFragmentSize: 0,
                            maxAccumulatedFrameCount: .max,
                            maxAccumulatedFrameSize: 256 << 20
                        )
                    )
                    return .webSocket(try WebSocketChannel(wrappingChannelSynchronously: channel), upgrade: head)
                }
            }
        )
        let configuration = NIOTypedHTTPServerUpgradeConfiguration<ServedPipeline>(
            upgraders: [upgrader],
            notUpgradingCompletionHandler: { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(ByteBufferResponseHandler())
                    return .http(try HTTPChannel(wrappingChannelSynchronously: channel))
                }
            }
        )
        let pipeline = channel.pipeline.syncOperations
        let connection = try pipeline.configureUpgradableHTTPServerPipeline(
            configuration: .init(upgradeConfiguration: configuration)
        )
        let upgrades = try pipeline.handler(type: NIOTypedHTTPServerUpgradeHandler<ServedPipeline>.self)
        try pipeline.addHandler(WebSocketRefusalHandler(refusal), position: .before(upgrades))
        return connection
    }
}

/// Lets the async side write plain buffers.
private final class ByteBufferResponseHandler: ChannelOutboundHandler {
    typealias OutboundIn = HTTPPart<HTTPResponseHead, ByteBuffer>
    typealias OutboundOut = HTTPServerResponsePart

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let part: HTTPServerResponsePart =
            switch unwrapOutboundIn(data) {
            case .head(let head): .head(head)
            case .body(let buffer): .body(.byteBuffer(buffer))
            case .end(let trailers): .end(trailers)
            }
        context.write(wrapOutboundOut(part), promise: promise)
    }
}
