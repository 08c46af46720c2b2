import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket
import OneShotCore

/// A client that knows no more of HTTP and WebSocket than the tests need.
enum TestClient {
    /// Sends a request and returns all that comes back until the server closes.
    static func send(
        _ method: String,
        _ path: String,
        fields: String = "",
        body: String = "",
        port: Int
    ) async throws -> String {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            let head =
                "\(method) \(path) HTTP/1.1\r\nHost: x\r\nConnection: \(fields.isEmpty ? "close" : "close, upgrade")\r\n\(fields)"
                + "Content-Length: \(body.utf8.count)\r\n\r\n"
            try await outbound.write(ByteBuffer(string: head + body))
            var answer = ByteBuffer()
            for try await chunk in inbound { answer.writeImmutableBuffer(chunk) }
            return String(buffer: answer)
        }
    }

    /// The JSON body of an answer that is not chunked.
    static func json(_ answer: String) throws -> JSON {
        try JSON(parsing: answer.components(separatedBy: "\r\n\r\n").dropFirst().joined())
    }

    /// Sends messages one after another and collects what comes back for each, up to its terminal event.
    static func exchange(_ messages: [JSON], port: Int) async throws -> [[JSON]] {
        let upgraded = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    let upgrader = NIOTypedWebSocketClientUpgrader<NIOAsyncChannel<WebSocketFrame, WebSocketFrame>?>(
                        maxFrameSize: 1 << 24,
                        upgradePipelineHandler: { channel, _ in
                            channel.eventLoop.makeCompletedFuture {
                                try NIOAsyncChannel<WebSocketFrame, WebSocketFrame>(
                                    wrappingChannelSynchronously: channel
                                )
                            }
                        }
                    )
                    let head = HTTPRequestHead(
                        version: .http1_1,
                        method: .GET,
                        uri: "/v1/responses",
                        headers: ["host": "x"]
                    )
                    return try channel.pipeline.syncOperations.configureUpgradableHTTPClientPipeline(
                        configuration: .init(
                            upgradeConfiguration: NIOTypedHTTPClientUpgradeConfiguration(
                                upgradeRequestHead: head,
                                upgraders: [upgrader],
                                notUpgradingCompletionHandler: { $0.eventLoop.makeSucceededFuture(nil) }
                            )
                        )
                    )
                }
            }
        guard let channel = try await upgraded.get() else { return [] }
        return try await channel.executeThenClose { inbound, outbound in
            var answers: [[JSON]] = []
            var frames = inbound.makeAsyncIterator()
            for message in messages {
                try await outbound.write(
                    WebSocketFrame(
                        fin: true,
                        opcode: .text,
                        maskKey: .random(),
                        data: ByteBuffer(string: message.compactText)
                    )
                )
                var answer: [JSON] = []
                while let frame = try await frames.next() {
                    let event = try JSON(parsing: String(buffer: frame.unmaskedData))
                    answer.append(event)
                    if event["type"] == "response.completed" || event["type"] == "error" { break }
                }
                answers.append(answer)
            }
            return answers
        }
    }
}
