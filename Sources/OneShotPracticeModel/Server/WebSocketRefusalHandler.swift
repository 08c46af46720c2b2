import NIOCore
import NIOHTTP1
import OneShotCore

/// Answers those who want a WebSocket where there is none. SwiftNIO's upgrade handler would close their connections
/// without a word.
final class WebSocketRefusalHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart
    typealias Refusal = @Sendable (String) -> ModelRefusal?

    private let refusal: Refusal
    private var hasRefused = false

    init(_ refusal: @escaping Refusal) { self.refusal = refusal }

    /// The upgrade handler behind this one looks at a connection's first request only, and so does this one.
    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !hasRefused, case .head(let head) = unwrapInboundIn(data) else { return }
        if head.headers["upgrade"].contains(where: { $0.lowercased() == "websocket" }), let refusal = refusal(head.uri)
        {
            hasRefused = true
            refuse(refusal, context: context)
        } else {
            context.fireChannelRead(data)
            context.pipeline.syncOperations.removeHandler(context: context, promise: nil)
        }
    }

    private func refuse(_ refusal: ModelRefusal, context: ChannelHandlerContext) {
        let body = ByteBuffer(string: refusal.body.compactText)
        let headers: HTTPHeaders = [
            "content-type": "application/json", "content-length": "\(body.readableBytes)", "connection": "close",
        ]
        let head = HTTPResponseHead(version: .http1_1, status: .init(statusCode: refusal.status), headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
        let channel = context.channel
        context.writeAndFlush(wrapOutboundOut(.end(nil))).whenComplete { _ in channel.close(promise: nil) }
    }
}
