import NIOCore
import NIOHTTP1
import NIOWebSocket
import OneShotCore

/// Writes the answer to one request over HTTP.
struct AnswerWriter: Sendable {
    typealias Channel = NIOAsyncChannelOutboundWriter<HTTPPart<HTTPResponseHead, ByteBuffer>>

    private let channel: Channel

    init(_ channel: Channel) { self.channel = channel }

    /// A whole answer.
    func send(_ json: JSON, status: Int = 200) async throws {
        let body = ByteBuffer(string: json.compactText)
        let headers: HTTPHeaders = ["content-type": "application/json", "content-length": "\(body.readableBytes)"]
        try await channel.write(contentsOf: [Self.head(status, headers), .body(body), .end(nil)])
    }

    /// The head of an answer that comes in pieces: chunked, unless the headers tell its length.
    func begin(status: Int, headers: HTTPHeaders) async throws {
        try await channel.write(Self.head(status, headers))
    }

    func write(_ piece: ByteBuffer) async throws { try await channel.write(.body(piece)) }

    func end() async throws { try await channel.write(.end(nil)) }

    private static func head(_ status: Int, _ headers: HTTPHeaders) -> HTTPPart<HTTPResponseHead, ByteBuffer> {
        .head(HTTPResponseHead(version: .http1_1, status: .init(statusCode: status), headers: headers))
    }
}

/// Writes messages into a WebSocket.
struct MessageWriter: Sendable {
    private let channel: NIOAsyncChannelOutboundWriter<WebSocketFrame>

    init(_ channel: NIOAsyncChannelOutboundWriter<WebSocketFrame>) { self.channel = channel }

    func send(_ text: String) async throws {
        try await channel.write(WebSocketFrame(fin: true, opcode: .text, data: ByteBuffer(string: text)))
    }
}
