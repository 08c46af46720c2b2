import NIOCore
import NIOHTTP1
import OneShotCore

extension PracticeDesk: ModelAnswering {
    func refusal(ofWebSocketAt path: String) -> ModelRefusal? {
        if PracticePath(path) == .responses { return nil }
        return ModelRefusal(status: 404, body: Self.error("nothing is answered at \(path)"))
    }

    func answer(_ request: ServedRequest, to writer: AnswerWriter) async throws {
        let head = request.head
        switch (head.method, PracticePath(head.uri)) {
        case (.POST, .responses), (.POST, .compact):
            guard let json = try? JSON(parsing: request.body.readableBytesView), case .object = json else {
                return try await writer.send(Self.error("the body is not a JSON object"), status: 400)
            }
            let isStream = json["stream"]?.bool ?? false
            let headers = head.headers.lowercased
            let answer = try await answer(json, headers: headers, transport: isStream ? "sse" : "http")
            if isStream {
                try await stream(answer.events, to: writer)
            } else {
                try await writer.send(answer.response())
            }
        case (.GET, .models):
            let models: [JSON] = [["id": "practice", "object": "model", "created": 0, "owned_by": "oneshot"]]
            try await writer.send(["object": "list", "data": .array(models)])
        case (_, .responses), (_, .models), (_, .compact):
            try await writer.send(Self.error("\(head.method) is not answered here"), status: 405)
        default:
            try await writer.send(Self.error("nothing is answered at \(head.uri)"), status: 404)
        }
    }

    private func stream(_ events: [JSON], to writer: AnswerWriter) async throws {
        try await writer.begin(
            status: 200,
            headers: ["content-type": "text/event-stream", "cache-control": "no-cache"]
        )
        for event in events {
            let type = event["type"]?.string ?? "message"
            try await writer.write(ByteBuffer(string: "event: \(type)\ndata: \(event.compactText)\n\n"))
        }
        try await writer.end()
    }

    func answer(_ message: ByteBuffer, in upgrade: HTTPRequestHead, to writer: MessageWriter) async throws {
        guard let body = try? JSON(parsing: message.readableBytesView), body["type"]?.string == "response.create" else {
            let problem = Self.error("expected a response.create message")
            let message: JSON = ["type": "error", "status": 400, "error": problem["error"] ?? .null]
            return try await writer.send(message.compactText)
        }
        let headers = upgrade.headers.lowercased
        for event in try await answer(body, headers: headers, transport: "websocket").events {
            try await writer.send(event.compactText)
        }
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

/// What the practice model answers at, whatever stands before it in the path.
private enum PracticePath: Equatable {
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
