import Crypto
import Foundation
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import NIOSSL
import NIOTLS
import OneShotWire
import Testing

@testable import OneShotRecorder

/// A server on loopback that answers each request with the steps that a test gives it.
struct TestOrigin: Sendable {
    struct Request: Sendable {
        var head: HTTPHead
        /// As it came, without chunk sizes; text that is not UTF-8 is not in `body`.
        var bytes: ByteBuffer
        var body: String { String(buffer: bytes) }
    }

    enum Step: Sendable {
        case send(String)
        case sendBytes(ByteBuffer)
        case wait(milliseconds: Int)
        /// Goes on once the test has set this.
        case hold(NIOLockedValueBox<Bool>)
        case close
        /// Answers the upgrade, then each text message with the texts that the closure gives for it.
        case webSocket(deflate: Bool, reply: @Sendable (String) -> [String])
    }

    let port: Int
    /// `https://localhost:PORT`, or `http://…` without TLS.
    let url: URL
    /// What has arrived so far.
    let requests: NIOLockedValueBox<[Request]>
    let connections: NIOLockedValueBox<Connections>

    struct Connections: Sendable {
        /// Ready to carry requests: with TLS, after the handshake.
        var made = 0
        var open = 0
    }

    /// - Parameter authority: signs the server's certificate; nil for plain HTTP.
    static func run<Result>(
        authority: CertificateAuthority?,
        isolation: isolated (any Actor)? = #isolation,
        respond: @escaping @Sendable (Request) -> [Step],
        _ body: (TestOrigin) async throws -> Result
    ) async throws -> Result {
        let tls = try authority.map { try LeafIssuer(authority: $0).context(for: "localhost") }
        let requests = NIOLockedValueBox<[Request]>([])
        let connections = NIOLockedValueBox(Connections())
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
                    let hasTLS = tls != nil
                    let handler = OriginHandler(requests: requests, respond: respond)
                    let counter = ConnectionCounter(connections, hasTLS: hasTLS)
                    try channel.pipeline.syncOperations.addHandlers([counter, handler])
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let port = channel.localAddress?.port ?? 0
        let url = try requireURL("\(tls == nil ? "http" : "https")://localhost:\(port)")
        do {
            let result = try await body(TestOrigin(port: port, url: url, requests: requests, connections: connections))
            try? await channel.close()
            return result
        } catch {
            try? await channel.close()
            throw error
        }
    }
}

private final class ConnectionCounter: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let connections: NIOLockedValueBox<TestOrigin.Connections>
    private let hasTLS: Bool
    private var isCounted = false

    init(_ connections: NIOLockedValueBox<TestOrigin.Connections>, hasTLS: Bool) {
        self.connections = connections
        self.hasTLS = hasTLS
    }

    private func count() {
        isCounted = true
        connections.withLockedValue { connections in
            connections.made += 1
            connections.open += 1
        }
    }

    func channelActive(context: ChannelHandlerContext) {
        if !hasTLS { count() }
        context.fireChannelActive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .handshakeCompleted = event as? TLSUserEvent { count() }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        if isCounted { connections.withLockedValue { $0.open -= 1 } }
        context.fireChannelInactive()
    }
}

private final class OriginHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let requests: NIOLockedValueBox<[TestOrigin.Request]>
    private let respond: @Sendable (TestOrigin.Request) -> [TestOrigin.Step]
    private var framer = HTTPMessageFramer(.requests)
    private var head: HTTPHead?
    private var body = ByteBuffer()
    private var socket: (frames: WebSocketFrameParser, messages: WebSocketMessageAssembler, deflater: Deflater?)?
    private var reply: @Sendable (String) -> [String] = { _ in [] }

    init(
        requests: NIOLockedValueBox<[TestOrigin.Request]>,
        respond: @escaping @Sendable (TestOrigin.Request) -> [TestOrigin.Step]
    ) {
        self.requests = requests
        self.respond = respond
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        do {
            if socket != nil {
                try readSocket(bytes, context)
            } else {
                framer.append(bytes)
                try readRequests(context)
            }
        } catch {
            context.close(promise: nil)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private func readRequests(_ context: ChannelHandlerContext) throws {
        while socket == nil, let event = try framer.next() {
            switch event {
            case .head(let head, _):
                self.head = head
                body = ByteBuffer()
            case .body(_, let data): body.writeImmutableBuffer(data)
            case .end:
                guard let head else { return }
                let request = TestOrigin.Request(head: head, bytes: body)
                requests.withLockedValue { $0.append(request) }
                play(respond(request)[...], context)
            }
        }
    }

    private func play(_ steps: ArraySlice<TestOrigin.Step>, _ context: ChannelHandlerContext) {
        guard let step = steps.first else { return }
        let rest = steps.dropFirst()
        switch step {
        case .send(let text): send(ByteBuffer(string: text), context)
        case .sendBytes(let bytes): send(bytes, context)
        case .close:
            context.close(promise: nil)
            return
        case .wait(let milliseconds):
            let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
            context.eventLoop.scheduleTask(in: .milliseconds(Int64(milliseconds))) {
                bound.value.0.play(rest, bound.value.1)
            }
            return
        case .hold(let gate):
            play(gate.withLockedValue { $0 } ? rest : [.wait(milliseconds: 5)] + steps, context)
            return
        case .webSocket(let deflate, let reply):
            let agreed = deflate ? "Sec-WebSocket-Extensions: permessage-deflate\r\n" : ""
            let accept = "Sec-WebSocket-Accept: \(accept(head?.first("sec-websocket-key") ?? ""))\r\n"
            let head =
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\(accept)\(agreed)\r\n"
            send(ByteBuffer(string: head), context)
            guard let messages = try? WebSocketMessageAssembler(isDeflated: deflate) else { return }
            socket = (WebSocketFrameParser(), messages, deflate ? try? Deflater() : nil)
            self.reply = reply
        }
        play(rest, context)
    }

    private func readSocket(_ bytes: ByteBuffer, _ context: ChannelHandlerContext) throws {
        socket?.frames.append(bytes)
        while let event = try socket?.frames.next() {
            guard let message = try socket?.messages.take(event) else { continue }
            if message.opcode == .close {
                send(WebSocketFrameHeader.frame(.close, payload: message.payload), context)
                context.close(promise: nil)
                return
            }
            guard message.opcode == .text else { continue }
            for text in reply(message.text) {
                if let deflater = socket?.deflater {
                    let payload = deflater.message(text)
                    send(WebSocketFrameHeader.frame(.text, payload: payload, isCompressed: true), context)
                } else {
                    send(WebSocketFrameHeader.textFrame(text), context)
                }
            }
        }
    }

    /// RFC 6455, section 4.2.2.
    private func accept(_ key: String) -> String {
        let digest = Insecure.SHA1.hash(data: Data((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").utf8))
        return Data(digest).base64EncodedString()
    }

    private func send(_ bytes: ByteBuffer, _ context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
    }
}

extension NIOLockedValueBox {
    /// Waits until the value is as wanted.
    func wait(
        until isDone: @escaping @Sendable (Value) -> Bool,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws where Value: Sendable {
        let deadline = ContinuousClock.now + .seconds(30)
        while !withLockedValue({ isDone($0) }) {
            try #require(
                ContinuousClock.now < deadline,
                "it is still \(withLockedValue { $0 })",
                sourceLocation: sourceLocation
            )
            try await Task.sleep(for: .milliseconds(5))
        }
    }
}

private func requireURL(_ text: String) throws -> URL {
    guard let url = URL(string: text) else { throw URLError(.badURL) }
    return url
}
