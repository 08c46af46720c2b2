import Foundation
import NIOConcurrencyHelpers
import NIOCore
import NIOHPACK
import NIOHTTP2
import NIOPosix
import NIOSSL

@testable import OneShotRecorder

/// A server on loopback that speaks HTTP/2 and nothing else, and answers each request with the steps that a test gives
/// it.
struct HTTP2Origin: Sendable {
    struct Request: Sendable {
        var headers = HPACKHeaders()
        var body = ByteBuffer()
        var trailers: HPACKHeaders?
        /// The stream ended by itself, or was reset with this code.
        var hasEnded = false
        var resetBy: HTTP2ErrorCode?

        var path: String { headers.first(name: ":path") ?? "" }
    }

    enum Step: Sendable {
        case head(HPACKHeaders)
        case data(ByteBuffer)
        case trailers(HPACKHeaders)
        case end
        /// A head that is all of the answer.
        case only(HPACKHeaders)
        case reset(HTTP2ErrorCode)
        /// Goes on once the test has set this.
        case hold(NIOLockedValueBox<Bool>)
        case goAway
        /// Ends the connection.
        case close

        static func text(_ text: String) -> Step { .data(ByteBuffer(string: text)) }
    }

    let port: Int
    /// By the number of the stream, in the order in which they were opened.
    let requests: NIOLockedValueBox<[Request]>
    let connections: NIOLockedValueBox<Int>

    static func run<Result>(
        authority: CertificateAuthority,
        protocols: [String] = ["h2"],
        answersEarly: Bool = false,
        isolation: isolated (any Actor)? = #isolation,
        respond: @escaping @Sendable (Request) -> [Step],
        _ body: (HTTP2Origin) async throws -> Result
    ) async throws -> Result {
        let tls = try LeafIssuer(authority: authority).context(for: "localhost", protocols: protocols)
        let requests = NIOLockedValueBox<[Request]>([])
        let connections = NIOLockedValueBox(0)
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    connections.withLockedValue { $0 += 1 }
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHandler(NIOSSLServerHandler(context: tls))
                    _ = try pipeline.configureHTTP2Pipeline(
                        mode: .server,
                        connectionConfiguration: .init(),
                        streamConfiguration: .init()
                    ) { stream in
                        stream.eventLoop.makeCompletedFuture {
                            let handler = HTTP2OriginHandler(requests, answersEarly: answersEarly, respond: respond)
                            try stream.pipeline.syncOperations.addHandler(handler)
                        }
                    }
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let origin = HTTP2Origin(
            port: channel.localAddress?.port ?? 0,
            requests: requests,
            connections: connections
        )
        do {
            let result = try await body(origin)
            try? await channel.close()
            return result
        } catch {
            try? await channel.close()
            throw error
        }
    }
}

private final class HTTP2OriginHandler: ChannelInboundHandler {
    typealias InboundIn = HTTP2Frame.FramePayload
    typealias OutboundOut = HTTP2Frame.FramePayload

    private let requests: NIOLockedValueBox<[HTTP2Origin.Request]>
    private let answersEarly: Bool
    private let respond: @Sendable (HTTP2Origin.Request) -> [HTTP2Origin.Step]
    private var index: Int?

    init(
        _ requests: NIOLockedValueBox<[HTTP2Origin.Request]>,
        answersEarly: Bool,
        respond: @escaping @Sendable (HTTP2Origin.Request) -> [HTTP2Origin.Step]
    ) {
        self.requests = requests
        self.answersEarly = answersEarly
        self.respond = respond
    }

    private func change(_ change: (inout HTTP2Origin.Request) -> Void) {
        guard let index else { return }
        requests.withLockedValue { change(&$0[index]) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let hasEnded: Bool
        switch unwrapInboundIn(data) {
        case .headers(let frame):
            if index == nil {
                index = requests.withLockedValue { requests in
                    requests.append(HTTP2Origin.Request(headers: frame.headers))
                    return requests.count - 1
                }
                if answersEarly { play(context) }
            } else {
                change { $0.trailers = frame.headers }
            }
            hasEnded = frame.endStream
        case .data(let frame):
            guard case .byteBuffer(let bytes) = frame.data else { return }
            change { $0.body.writeImmutableBuffer(bytes) }
            hasEnded = frame.endStream
        default: return
        }
        guard hasEnded else { return }
        change { $0.hasEnded = true }
        if !answersEarly { play(context) }
    }

    private func play(_ context: ChannelHandlerContext) {
        guard let index else { return }
        play(respond(requests.withLockedValue { $0[index] })[...], context)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if let error = error as? NIOHTTP2Errors.StreamClosed { change { $0.resetBy = error.errorCode } }
    }

    private func play(_ steps: ArraySlice<HTTP2Origin.Step>, _ context: ChannelHandlerContext) {
        guard let step = steps.first else { return }
        switch step {
        case .head(let headers): send(.headers(.init(headers: headers)), context)
        case .only(let headers): send(.headers(.init(headers: headers, endStream: true)), context)
        case .data(let bytes): send(.data(.init(data: .byteBuffer(bytes))), context)
        case .trailers(let headers): send(.headers(.init(headers: headers, endStream: true)), context)
        case .end: send(.data(.init(data: .byteBuffer(ByteBuffer()), endStream: true)), context)
        case .reset(let code): send(.rstStream(code), context)
        case .goAway:
            let frame = HTTP2Frame(
                streamID: .rootStream,
                payload: .goAway(lastStreamID: .maxID, errorCode: .noError, opaqueData: nil)
            )
            context.channel.parent?.writeAndFlush(frame, promise: nil)
        case .close: context.channel.parent?.close(promise: nil)
        case .hold(let gate):
            guard gate.withLockedValue({ $0 }) else {
                let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
                context.eventLoop.scheduleTask(in: .milliseconds(5)) { bound.value.0.play(steps, bound.value.1) }
                return
            }
        }
        play(steps.dropFirst(), context)
    }

    private func send(_ payload: HTTP2Frame.FramePayload, _ context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(payload), promise: nil)
    }
}
