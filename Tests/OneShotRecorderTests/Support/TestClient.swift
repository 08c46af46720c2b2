import Foundation
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import NIOSSL
import OneShotWire
import Testing

@testable import OneShotRecorder

/// A client that says exactly what a test tells it to, and keeps what comes back with its times.
final class TestClient: Sendable {
    struct Received: Sendable {
        var bytes = ByteBuffer()
        /// When how many bytes were there.
        var arrivals: [(at: ContinuousClock.Instant, total: Int)] = []
        var isClosed = false

        var text: String { String(buffer: bytes) }
    }

    private let channel: any Channel
    private let received: NIOLockedValueBox<Received>

    private init(channel: any Channel, received: NIOLockedValueBox<Received>) {
        self.channel = channel
        self.received = received
    }

    static func connect(port: Int) async throws -> TestClient {
        let received = NIOLockedValueBox(Received())
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Collector(received))
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
        return TestClient(channel: channel, received: received)
    }

    /// A connection through the proxy to `host`, with TLS that trusts the recorder's authority.
    static func connect(
        through running: RunningRecorder,
        to host: String,
        runID: String? = nil,
        trusting authority: CertificateAuthority
    ) async throws -> TestClient {
        let client = try await connect(port: running.port)
        let credentials = runID.map { Data("\($0):oneshot".utf8).base64EncodedString() }
        let field = credentials.map { "Proxy-Authorization: Basic \($0)\r\n" } ?? ""
        try await client.send("CONNECT \(host):443 HTTP/1.1\r\nHost: \(host):443\r\n\(field)\r\n")
        let answer = try await client.read(until: "\r\n\r\n")
        try #require(answer.hasPrefix("HTTP/1.1 200 "), "CONNECT was answered: \(answer)")
        client.forget()
        try await client.startTLS(host: host, trusting: authority)
        return client
    }

    func startTLS(host: String, trusting authority: CertificateAuthority) async throws {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.trustRoots = .certificates([
            try NIOSSLCertificate(bytes: CertificateAuthority.der(authority.certificate), format: .der)
        ])
        let context = try NIOSSLContext(configuration: tls)
        let name = IPAddress.bytes(host) == nil ? host : nil
        try await channel.eventLoop.submit { [channel] in
            try channel.pipeline.syncOperations.addHandler(
                NIOSSLClientHandler(context: context, serverHostname: name),
                position: .first
            )
        }.get()
    }

    func send(_ text: String) async throws { try await send(ByteBuffer(string: text)) }
    func send(_ bytes: ByteBuffer) async throws { try await channel.writeAndFlush(bytes) }

    func close() async throws { try? await channel.close() }

    /// Ends the connection as a process that is killed does.
    var now: Received { received.withLockedValue { $0 } }

    func forget() { received.withLockedValue { $0 = Received(isClosed: $0.isClosed) } }

    /// Waits until what came contains `text`.
    @discardableResult
    func read(until text: String) async throws -> String {
        try await wait { $0.text.contains(text) }.text
    }

    /// Waits until the other side has closed.
    @discardableResult
    func readToEnd() async throws -> String { try await wait { $0.isClosed }.text }

    @discardableResult
    func wait(until isDone: (Received) throws -> Bool) async throws -> Received {
        let deadline = ContinuousClock.now + .seconds(30)
        while true {
            let received = now
            if try isDone(received) { return received }
            try #require(ContinuousClock.now < deadline, "only this came: \(received.text.prefix(500))")
            try await Task.sleep(for: .milliseconds(5))
        }
    }
}

private final class Collector: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let received: NIOLockedValueBox<TestClient.Received>

    init(_ received: NIOLockedValueBox<TestClient.Received>) { self.received = received }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        received.withLockedValue { received in
            received.bytes.writeImmutableBuffer(bytes)
            received.arrivals.append((.now, received.bytes.readableBytes))
        }
    }

    func channelInactive(context: ChannelHandlerContext) { received.withLockedValue { $0.isClosed = true } }
    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
