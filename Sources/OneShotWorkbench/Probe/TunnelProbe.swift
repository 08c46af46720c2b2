import Foundation
import NIOCore
import NIOPosix
import NIOSSL
import NIOTLS

/// Asks a proxy for a tunnel to a host and shakes hands inside it, trusting one authority only.
struct TunnelProbe: Sendable {
    var proxyPort: Int
    var host: String
    /// The certificate that must have signed what the host shows.
    var authority: URL
    var timeout: Duration = .seconds(10)

    /// - Throws: `LocalHTTP.Failure`, `NIOSSLError` when the certificate is not the authority's or not the host's.
    func handshake(headers: [(String, String)]) async throws {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(authority.path))
        let context = try NIOSSLContext(configuration: configuration)
        let lines = ["CONNECT \(host):443 HTTP/1.1", "Host: \(host):443"] + headers.map { "\($0.0): \($0.1)" }
        let request = ByteBuffer(string: lines.joined(separator: "\r\n") + "\r\n\r\n")
        let group = MultiThreadedEventLoopGroup.singleton
        let outcome = group.next().makePromise(of: Void.self)
        let channel: any Channel
        do {
            channel = try await ClientBootstrap(group: group)
                .connectTimeout(.seconds(2))
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(
                            Opener(request: request, context: context, host: host, outcome: outcome)
                        )
                    }
                }
                .connect(host: "127.0.0.1", port: proxyPort).get()
        } catch {
            outcome.fail(LocalHTTP.Failure.refused)
            return try await outcome.futureResult.get()
        }
        // Closing the channel, in time or not, decides the outcome.
        let deadline = channel.eventLoop.scheduleTask(in: .init(timeout)) {
            outcome.fail(LocalHTTP.Failure.timedOut)
        }
        defer {
            deadline.cancel()
            channel.close(promise: nil)
        }
        try await outcome.futureResult.get()
    }

    /// Sends the CONNECT, reads the answer to it, and puts TLS in front of itself.
    private final class Opener: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let request: ByteBuffer
        private let tlsContext: NIOSSLContext
        private let host: String
        private let outcome: EventLoopPromise<Void>
        private var answer = ByteBuffer()

        init(request: ByteBuffer, context: NIOSSLContext, host: String, outcome: EventLoopPromise<Void>) {
            self.request = request
            self.tlsContext = context
            self.host = host
            self.outcome = outcome
        }

        func channelActive(context: ChannelHandlerContext) {
            context.writeAndFlush(wrapOutboundOut(request), promise: nil)
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            answer.writeImmutableBuffer(unwrapInboundIn(data))
            guard let response = LocalHTTP.parse(answer, atEnd: true) else { return }
            guard response.status == 200 else {
                return outcome.fail(LocalHTTP.Failure.malformed("CONNECT was answered with \(response.status)"))
            }
            do {
                let tls = try NIOSSLClientHandler(context: tlsContext, serverHostname: host)
                try context.pipeline.syncOperations.addHandler(tls, position: .before(self))
            } catch {
                outcome.fail(error)
            }
        }

        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            if case TLSUserEvent.handshakeCompleted? = event as? TLSUserEvent { outcome.succeed() }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { outcome.fail(error) }

        func channelInactive(context: ChannelHandlerContext) {
            outcome.fail(LocalHTTP.Failure.malformed("the connection was closed"))
        }
    }
}
