import NIOCore
import NIOHTTP1
import OneShotCore

extension PracticeConnection {
    private typealias Writer = NIOAsyncChannelOutboundWriter<HTTPPart<HTTPResponseHead, ByteBuffer>>

    func serve(_ channel: HTTPChannel) async throws {
        try await channel.executeThenClose { inbound, outbound in
            var head: HTTPRequestHead?
            var body = ByteBuffer()
            for try await part in inbound {
                switch part {
                case .head(let new):
                    head = new
                    body.clear()
                case .body(let chunk):
                    guard body.readableBytes + chunk.readableBytes <= Self.largestMessage else {
                        try await Self.send(Self.error("the request is too large"), .payloadTooLarge, to: outbound)
                        return
                    }
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
        switch (head.method, PracticePath(head.uri)) {
        case (.POST, .responses), (.POST, .compact):
            guard let json = try? JSON(parsing: body.readableBytesView), case .object = json else {
                return try await Self.send(Self.error("the body is not a JSON object"), .badRequest, to: writer)
            }
            let headers = head.headers.lowercased
            let isStream = json["stream"]?.bool ?? false
            let answer = try await desk.answer(json, headers: headers, transport: isStream ? "sse" : "http")
            if isStream {
                try await Self.stream(answer.events, to: writer)
            } else {
                try await Self.send(answer.response(), .ok, to: writer)
            }
        case (.GET, .models):
            let models: [JSON] = [["id": "practice", "object": "model", "created": 0, "owned_by": "oneshot"]]
            try await Self.send(["object": "list", "data": .array(models)], .ok, to: writer)
        case (_, .responses), (_, .models), (_, .compact):
            try await Self.send(Self.error("\(head.method) is not answered here"), .methodNotAllowed, to: writer)
        default:
            try await Self.send(Self.error("nothing is answered at \(head.uri)"), .notFound, to: writer)
        }
    }

    private static func send(_ json: JSON, _ status: HTTPResponseStatus, to writer: Writer) async throws {
        let body = ByteBuffer(string: json.compactText)
        let headers: HTTPHeaders = ["content-type": "application/json", "content-length": "\(body.readableBytes)"]
        try await writer.write(
            contentsOf: [
                .head(HTTPResponseHead(version: .http1_1, status: status, headers: headers)), .body(body), .end(nil),
            ]
        )
    }

    private static func stream(_ events: [JSON], to writer: Writer) async throws {
        let headers: HTTPHeaders = ["content-type": "text/event-stream", "cache-control": "no-cache"]
        try await writer.write(.head(HTTPResponseHead(version: .http1_1, status: .ok, headers: headers)))
        for event in events {
            let type = event["type"]?.string ?? "message"
            try await writer.write(.body(ByteBuffer(string: "event: \(type)\ndata: \(event.compactText)\n\n")))
        }
        try await writer.write(.end(nil))
    }

    private static func error(_ message: String) -> JSON {
        [
            "error": [
                "message": .string("practice model: \(message)"), "type": "invalid_request_error", "code": nil,
                "param": nil,
            ]
        ]
    }
}
