import NIOCore
import NIOHTTP1
import NIOWebSocket
import OneShotCore

/// One client's connection, from its first byte to its last.
struct ServedConnection<Model: ModelAnswering>: Sendable {
    /// Bodies and messages past this are refused; agents send the whole history, some MB of it.
    private let largestMessage = 256 << 20

    let model: Model

    /// Answers until the client goes. Its going in the middle of an answer is nothing to report.
    func serve(_ pipeline: EventLoopFuture<ServedPipeline>) async {
        switch try? await pipeline.get() {
        case .http(let channel): try? await serve(channel)
        case .webSocket(let channel, let upgrade): try? await serve(channel, upgrade)
        case nil: break
        }
    }

    private func serve(_ channel: ServedPipeline.HTTPChannel) async throws {
        try await channel.executeThenClose { inbound, outbound in
            let writer = AnswerWriter(outbound)
            var head: HTTPRequestHead?
            var body = ByteBuffer()
            for try await part in inbound {
                switch part {
                case .head(let new):
                    head = new
                    body.clear()
                case .body(let chunk):
                    guard body.readableBytes + chunk.readableBytes <= largestMessage else {
                        let error: JSON = ["message": "the request is too large", "type": "invalid_request_error"]
                        try await writer.send(["error": error], status: 413)
                        return
                    }
                    body.writeImmutableBuffer(chunk)
                case .end:
                    guard let request = head else { return }
                    try await model.answer(ServedRequest(head: request, body: body), to: writer)
                    guard request.isKeepAlive else { return }
                }
            }
        }
    }

    private func serve(_ channel: ServedPipeline.WebSocketChannel, _ upgrade: HTTPRequestHead) async throws {
        try await channel.executeThenClose { inbound, outbound in
            let writer = MessageWriter(outbound)
            for try await frame in inbound {
                switch frame.opcode {
                case .text, .binary: try await model.answer(frame.unmaskedData, in: upgrade, to: writer)
                case .ping: try await outbound.write(WebSocketFrame(fin: true, opcode: .pong, data: frame.unmaskedData))
                case .connectionClose:
                    try await outbound.write(
                        WebSocketFrame(fin: true, opcode: .connectionClose, data: frame.unmaskedData)
                    )
                    return
                default: break
                }
            }
        }
    }
}
