import NIOCore
import NIOHTTP1
import NIOWebSocket
import OneShotCore
import OneShotWire

/// One client's connection, from its first byte to its last.
struct ReplayConnection: Sendable {
    /// The recorded answer broke off here.
    private struct Cut: Error {}

    let desk: ReplayDesk

    /// Answers until the client goes. Its going in the middle of an answer is nothing to report.
    func serve(_ connection: PracticeServer.Connection) async {
        switch try? await connection.get() {
        case .http(let channel): try? await serve(channel)
        case .webSocket(let channel, let path, _): try? await serve(channel, path: path)
        case nil: break
        }
    }
}

// MARK: - HTTP

extension ReplayConnection {
    private typealias Writer = NIOAsyncChannelOutboundWriter<HTTPPart<HTTPResponseHead, ByteBuffer>>

    private func serve(_ channel: PracticeConnection.HTTPChannel) async throws {
        try await channel.executeThenClose { inbound, outbound in
            var head: HTTPRequestHead?
            var body = ByteBuffer()
            for try await part in inbound {
                switch part {
                case .head(let new):
                    head = new
                    body.clear()
                case .body(let chunk):
                    guard body.readableBytes + chunk.readableBytes <= PracticeConnection.largestMessage else { return }
                    body.writeImmutableBuffer(chunk)
                case .end:
                    guard let request = head else { return }
                    try await answer(request, body: body, to: outbound)
                    guard request.isKeepAlive else { return }
                }
            }
        }
    }

    private func answer(_ head: HTTPRequestHead, body: ByteBuffer, to writer: Writer) async throws {
        if head.headers["upgrade"].contains(where: { $0.lowercased() == "websocket" }) {
            // Clients that know HTTP as well go on with it at once.
            return try await send(
                .init(status: 426, code: "replay_unknown", message: "replay: no WebSocket was recorded here"),
                to: writer
            )
        }
        let coding = head.headers.first(name: "content-encoding")?.lowercased()
        let decoded = coding.flatMap { ContentCoding.decode(body, coding: $0) } ?? body
        let text = String(buffer: decoded)
        let request = ReplayBook.Request(kind: .http(method: head.method.rawValue), path: head.uri, body: text)
        do {
            let call = try desk.answer(request)
            let isStream = (try? JSON(parsing: text))?["stream"]?.bool ?? false
            try await send(call, isStream: isStream, to: writer)
        } catch let refusal as ReplayDesk.Refusal {
            try await send(refusal, to: writer)
        }
    }

    private func send(_ refusal: ReplayDesk.Refusal, to writer: Writer) async throws {
        let body = ByteBuffer(string: JSON.object([.init("error", refusal.error)]).compactText)
        let headers: HTTPHeaders = ["content-type": "application/json", "content-length": "\(body.readableBytes)"]
        let status = HTTPResponseStatus(statusCode: refusal.status)
        try await writer.write(
            contentsOf: [
                .head(HTTPResponseHead(version: .http1_1, status: status, headers: headers)), .body(body), .end(nil),
            ]
        )
    }

    private func send(_ call: RecordedCall, isStream: Bool, to writer: Writer) async throws {
        let (type, pieces) = call.pieces(isStream: isStream)
        var headers = HTTPHeaders(call.headers.map { ($0.name, $0.value) })
        if let type { headers.replaceOrAdd(name: "content-type", value: type) }
        // One piece says its length; a stream and what breaks off go in chunks.
        if pieces.count <= 1, !call.isCut {
            headers.replaceOrAdd(name: "content-length", value: "\(pieces.first?.count ?? 0)")
        }
        try await desk.wait(for: call, piece: 0, of: pieces.count)
        let status = HTTPResponseStatus(statusCode: call.status)
        try await writer.write(.head(HTTPResponseHead(version: .http1_1, status: status, headers: headers)))
        for (index, piece) in pieces.enumerated() {
            if index > 0 { try await desk.wait(for: call, piece: index, of: pieces.count) }
            try await writer.write(.body(ByteBuffer(bytes: piece)))
        }
        if call.isCut { throw Cut() }
        try await writer.write(.end(nil))
    }
}

// MARK: - WebSocket

extension ReplayConnection {
    private typealias SocketWriter = NIOAsyncChannelOutboundWriter<WebSocketFrame>

    private func serve(_ channel: PracticeConnection.WebSocketChannel, path: String) async throws {
        try await channel.executeThenClose { inbound, outbound in
            for try await frame in inbound {
                switch frame.opcode {
                case .text, .binary: try await answer(frame.unmaskedData, path: path, to: outbound)
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

    private func answer(_ message: ByteBuffer, path: String, to writer: SocketWriter) async throws {
        let request = ReplayBook.Request(kind: .message, path: path, body: String(buffer: message))
        do {
            let call = try desk.answer(request)
            let messages = call.messages
            for (index, text) in messages.enumerated() {
                try await desk.wait(for: call, piece: index, of: messages.count)
                try await writer.write(Self.frame(text))
            }
            if call.isCut { throw Cut() }
        } catch let refusal as ReplayDesk.Refusal {
            let error: JSON = ["type": "error", "status": JSON(refusal.status), "error": refusal.error]
            try await writer.write(Self.frame(error.compactText))
        }
    }

    private static func frame(_ text: String) -> WebSocketFrame {
        WebSocketFrame(fin: true, opcode: .text, data: ByteBuffer(string: text))
    }
}
