import Foundation
import NIOConcurrencyHelpers
import NIOCore
import NIOHPACK
import NIOHTTP2
import NIOPosix
import NIOSSL
import NIOTLS
import Testing

@testable import OneShotRecorder

/// A client that speaks HTTP/2 through the recorder, frame by frame.
final class HTTP2TestClient: Sendable {
    private let multiplexer: NIOHTTP2Handler.StreamMultiplexer
    private let channel: any Channel

    private init(channel: any Channel, multiplexer: NIOHTTP2Handler.StreamMultiplexer) {
        self.channel = channel
        self.multiplexer = multiplexer
    }

    /// A stream, and what came on it.
    struct Stream: Sendable {
        struct Received: Sendable {
            var heads: [HPACKHeaders] = []
            var body = ByteBuffer()
            var hasEnded = false
            /// The last head was the last frame.
            var endedWithHead = false
            var resetBy: HTTP2ErrorCode?
            var isClosed = false

            var text: String { String(buffer: body) }
            var status: String? { heads.first?.first(name: ":status") }
        }

        let channel: any Channel
        let received: NIOLockedValueBox<Received>

        func send(_ payload: HTTP2Frame.FramePayload) async throws { try await channel.writeAndFlush(payload) }

        func send(_ text: String, ends: Bool = false) async throws {
            try await send(.data(.init(data: .byteBuffer(ByteBuffer(string: text)), endStream: ends)))
        }

        /// Sends the rest of the request without waiting for it to go out.
        func start(_ text: String) {
            let frame = HTTP2Frame.FramePayload.data(
                .init(data: .byteBuffer(ByteBuffer(string: text)), endStream: true)
            )
            channel.writeAndFlush(frame, promise: nil)
        }

        func reset(_ code: HTTP2ErrorCode) async throws { try await send(.rstStream(code)) }

        @discardableResult
        func wait(
            sourceLocation: SourceLocation = #_sourceLocation,
            until isDone: @escaping @Sendable (Received) -> Bool
        ) async throws -> Received {
            try await received.wait(until: isDone, sourceLocation: sourceLocation)
            return received.withLockedValue { $0 }
        }
    }

    static func connect(
        through running: RunningRecorder,
        to authority: String,
        runID: String? = nil,
        token: String = "oneshot",
        trusting ca: CertificateAuthority
    ) async throws -> HTTP2TestClient {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.applicationProtocols = ["h2", "http/1.1"]
        tls.trustRoots = .certificates([
            try NIOSSLCertificate(bytes: CertificateAuthority.der(ca.certificate), format: .der)
        ])
        let context = try NIOSSLContext(configuration: tls)
        let established = NIOLockedValueBox(false)
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(ConnectHandler(established))
                }
            }
            .connect(host: "127.0.0.1", port: running.port).get()
        let credentials = runID.map { Data("\($0):\(token)".utf8).base64EncodedString() }
        let field = credentials.map { "Proxy-Authorization: Basic \($0)\r\n" } ?? ""
        try await channel.writeAndFlush(ByteBuffer(string: "CONNECT \(authority) HTTP/1.1\r\n\(field)\r\n"))
        try await established.wait { $0 }
        let chosen = channel.eventLoop.makePromise(of: String?.self)
        let multiplexer = try await channel.eventLoop.submit {
            let pipeline = channel.pipeline.syncOperations
            let host = String(authority.prefix { $0 != ":" })
            try pipeline.addHandler(NIOSSLClientHandler(context: context, serverHostname: host))
            try pipeline.addHandler(ALPNHandler(chosen))
            return try pipeline.configureHTTP2Pipeline(
                mode: .client,
                connectionConfiguration: .init(),
                streamConfiguration: .init()
            ) { $0.close() }
        }.get()
        #expect(try await chosen.futureResult.get() == "h2")
        return HTTP2TestClient(channel: channel, multiplexer: multiplexer)
    }

    /// Opens a stream with a request.
    ///
    /// - Parameter ends: whether the head is all of it.
    func open(_ headers: HPACKHeaders, ends: Bool = true) async throws -> Stream {
        let received = NIOLockedValueBox(Stream.Received())
        let stream = try await multiplexer.createStreamChannel { channel in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHandler(StreamCollector(received))
            }
        }.get()
        try await stream.writeAndFlush(HTTP2Frame.FramePayload.headers(.init(headers: headers, endStream: ends)))
        return Stream(channel: stream, received: received)
    }

    func get(_ path: String) async throws -> Stream { try await open(Self.head("GET", path)) }

    func post(_ path: String, _ body: String) async throws -> Stream {
        var headers = Self.head("POST", path)
        headers.add(name: "content-length", value: String(body.utf8.count))
        let stream = try await open(headers, ends: false)
        try await stream.send(body, ends: true)
        return stream
    }

    static func head(_ method: String, _ path: String) -> HPACKHeaders {
        [":method": method, ":scheme": "https", ":authority": "localhost", ":path": path]
    }

    func close() async throws { try? await channel.close() }

    var isOpen: Bool { channel.isActive }

    /// Waits until the other side has closed.
    func waitForEnd() async throws { try await channel.closeFuture.get() }
}

/// Takes the answer to CONNECT and goes.
private final class ConnectHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    private let established: NIOLockedValueBox<Bool>
    private var bytes = ByteBuffer()

    init(_ established: NIOLockedValueBox<Bool>) { self.established = established }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        bytes.writeImmutableBuffer(unwrapInboundIn(data))
        guard String(buffer: bytes).hasSuffix("\r\n\r\n") else { return }
        context.pipeline.syncOperations.removeHandler(self, promise: nil)
        established.withLockedValue { $0 = true }
    }
}

private final class ALPNHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    private let chosen: EventLoopPromise<String?>

    init(_ chosen: EventLoopPromise<String?>) { self.chosen = chosen }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .handshakeCompleted(let name) = event as? TLSUserEvent { chosen.succeed(name) }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        chosen.fail(error)
        context.fireErrorCaught(error)
    }

    func channelInactive(context: ChannelHandlerContext) {
        chosen.fail(ChannelError.eof)
        context.fireChannelInactive()
    }
}

private final class StreamCollector: ChannelInboundHandler {
    typealias InboundIn = HTTP2Frame.FramePayload
    private let received: NIOLockedValueBox<HTTP2TestClient.Stream.Received>

    init(_ received: NIOLockedValueBox<HTTP2TestClient.Stream.Received>) { self.received = received }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .headers(let frame):
            received.withLockedValue { received in
                received.heads.append(frame.headers)
                received.hasEnded = frame.endStream
                received.endedWithHead = frame.endStream
            }
        case .data(let frame):
            guard case .byteBuffer(let bytes) = frame.data else { return }
            received.withLockedValue { received in
                received.body.writeImmutableBuffer(bytes)
                received.hasEnded = frame.endStream
            }
        default: break
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if let error = error as? NIOHTTP2Errors.StreamClosed {
            received.withLockedValue { $0.resetBy = error.errorCode }
        }
    }

    func channelInactive(context: ChannelHandlerContext) { received.withLockedValue { $0.isClosed = true } }
}
