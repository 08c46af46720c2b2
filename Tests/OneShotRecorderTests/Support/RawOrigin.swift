import NIOConcurrencyHelpers
import NIOCore
import NIOPosix

/// A server on loopback that speaks no protocol: it may greet, sends fixed bytes for the first bytes of each
/// connection, and keeps what it got.
struct RawOrigin: Sendable {
    let port: Int
    let received: NIOLockedValueBox<ByteBuffer>

    /// - Parameters:
    ///   - greeting: sent as soon as a client is there.
    ///   - answer: what to send each time that something arrives; it is given all that has arrived.
    ///   - closes: whether the connection ends after its answer.
    static func run<Result>(
        greeting: String? = nil,
        closes: Bool = false,
        isolation: isolated (any Actor)? = #isolation,
        answer: @escaping @Sendable (String) -> String?,
        _ body: (RawOrigin) async throws -> Result
    ) async throws -> Result {
        let received = NIOLockedValueBox(ByteBuffer())
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let handler = RawHandler(greeting: greeting, received: received, closes: closes, answer: answer)
                    try channel.pipeline.syncOperations.addHandler(handler)
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        do {
            let result = try await body(RawOrigin(port: channel.localAddress?.port ?? 0, received: received))
            try? await channel.close()
            return result
        } catch {
            try? await channel.close()
            throw error
        }
    }
}

private final class RawHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let greeting: String?
    private let received: NIOLockedValueBox<ByteBuffer>
    private let closes: Bool
    private let answer: @Sendable (String) -> String?

    init(
        greeting: String?,
        received: NIOLockedValueBox<ByteBuffer>,
        closes: Bool,
        answer: @escaping @Sendable (String) -> String?
    ) {
        self.greeting = greeting
        self.received = received
        self.closes = closes
        self.answer = answer
    }

    func channelActive(context: ChannelHandlerContext) {
        if let greeting { context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: greeting)), promise: nil) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        let all = received.withLockedValue { all in
            all.writeImmutableBuffer(bytes)
            return String(buffer: all)
        }
        guard let text = answer(all) else { return }
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
        if closes { context.close(promise: nil) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
