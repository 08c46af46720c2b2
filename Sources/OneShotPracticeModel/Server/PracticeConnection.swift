import NIOCore
import NIOHTTP1
import NIOWebSocket
import OneShotCore

/// One client's connection, from its first byte to its last.
struct PracticeConnection: Sendable {
    typealias HTTPChannel = NIOAsyncChannel<HTTPServerRequestPart, HTTPPart<HTTPResponseHead, ByteBuffer>>
    typealias WebSocketChannel = NIOAsyncChannel<WebSocketFrame, WebSocketFrame>

    enum Kind: Sendable {
        case http(HTTPChannel)
        /// With the path and the headers of the upgrade.
        case webSocket(WebSocketChannel, path: String, headers: [String: String])
    }

    /// Bodies and messages past this are refused; agents send the whole history, some MB of it.
    static let largestMessage = 256 << 20

    let desk: PracticeDesk

    /// Builds the pipeline of a new connection.
    ///
    /// - Parameter upgrades: whether a WebSocket may be opened at a path; nil where none is, and a request for one is a
    ///   request like any other.
    static func configure(
        _ channel: any Channel,
        upgrades: (@Sendable (String) -> Bool)?
    ) throws -> EventLoopFuture<Kind> {
        let upgrader = NIOTypedWebSocketServerUpgrader<Kind>(
            maxFrameSize: largestMessage,
            shouldUpgrade: { channel, head in
                channel.eventLoop.makeSucceededFuture(upgrades?(head.uri) == true ? HTTPHeaders() : nil)
            },
            upgradePipelineHandler: { channel, head in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        NIOWebSocketFrameAggregator(
                            minNonFinalFragmentSize: 0,
                            maxAccumulatedFrameCount: .max,
                            maxAccumulatedFrameSize: largestMessage
                        )
                    )
                    return .webSocket(
                        try WebSocketChannel(wrappingChannelSynchronously: channel),
                        path: head.uri,
                        headers: head.headers.lowercased
                    )
                }
            }
        )
        let configuration = NIOTypedHTTPServerUpgradeConfiguration<Kind>(
            upgraders: upgrades == nil ? [] : [upgrader],
            notUpgradingCompletionHandler: { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(ByteBufferResponseHandler())
                    return .http(try HTTPChannel(wrappingChannelSynchronously: channel))
                }
            }
        )
        return try channel.pipeline.syncOperations.configureUpgradableHTTPServerPipeline(
            configuration: .init(upgradeConfiguration: configuration)
        )
    }

    /// Answers until the client goes. Its going in the middle of an answer is nothing to report.
    func serve(_ connection: EventLoopFuture<Kind>) async {
        switch try? await connection.get() {
        case .http(let channel): try? await serve(channel)
        case .webSocket(let channel, _, let headers): try? await serve(channel, headers: headers)
        case nil: break
        }
    }
}

/// What the practice model answers at, whatever stands before it in the path.
enum PracticePath: Equatable {
    case responses
    case compact
    case models
    case unknown

    init(_ uri: String) {
        let path = uri.prefix { $0 != "?" }
        self =
            if path.hasSuffix("/responses") { .responses } else if path.hasSuffix("/responses/compact") {
                .compact
            } else if path.hasSuffix("/models") { .models } else { .unknown }
    }
}

extension HTTPHeaders {
    /// The last value of each, by its name in lower case.
    var lowercased: [String: String] {
        reduce(into: [:]) { all, header in all[header.name.lowercased()] = header.value }
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
