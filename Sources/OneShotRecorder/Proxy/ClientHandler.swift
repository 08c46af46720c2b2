import NIOCore

/// One client connection.
final class ClientHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    init(core: RecorderCore, channel: any Channel) {}

    func channelRead(context: ChannelHandlerContext, data: NIOAny) { context.close(promise: nil) }
}
