import NIOCore
import NIOWebSocket
import OneShotCore

extension PracticeConnection {
    private typealias Writer = NIOAsyncChannelOutboundWriter<WebSocketFrame>

    func serve(_ channel: WebSocketChannel, headers: [String: String]) async throws {
        try await channel.executeThenClose { inbound, outbound in
            for try await frame in inbound {
                switch frame.opcode {
                case .text, .binary: try await answer(frame.unmaskedData, headers: headers, to: outbound)
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

    private func answer(_ message: ByteBuffer, headers: [String: String], to writer: Writer) async throws {
        guard let body = try? JSON(parsing: message.readableBytesView), body["type"]?.string == "response.create" else {
            let problem: JSON = [
                "type": "error", "status": 400,
                "error": [
                    "type": "invalid_request_error", "code": nil, "param": nil,
                    "message": "practice model: expected a response.create message",
                ],
            ]
            return try await Self.send(problem, to: writer)
        }
        for event in try await desk.answer(body, headers: headers, transport: "websocket").events {
            try await Self.send(event, to: writer)
        }
    }

    private static func send(_ message: JSON, to writer: Writer) async throws {
        try await writer.write(WebSocketFrame(fin: true, opcode: .text, data: ByteBuffer(string: message.compactText)))
    }
}
