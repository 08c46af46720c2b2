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
        case (.POST, .messages): try await answerMessages(request, to: writer)
        case (.POST, .chat): try await answerChat(request, to: writer)
        case (.POST, .countTokens):
            try await writer.send(["input_tokens": JSON(max(1, request.body.readableBytes / 4))])
        // Claude Code asks whether anybody is there.
        case (.HEAD, .unknown):
            try await writer.begin(status: 200, headers: ["content-length": "0"])
            try await writer.end()
        case (.GET, .models):
            let models: [JSON] = [["id": "practice", "object": "model", "created": 0, "owned_by": "oneshot"]]
            try await writer.send(["object": "list", "data": .array(models)])
        case (_, .responses), (_, .models), (_, .compact), (_, .messages), (_, .chat), (_, .countTokens):
            try await writer.send(Self.error("\(head.method) is not answered here"), status: 405)
        default:
            try await writer.send(Self.error("nothing is answered at \(head.uri)"), status: 404)
        }
    }

    private func answerMessages(_ request: ServedRequest, to writer: AnswerWriter) async throws {
        guard let json = try? JSON(parsing: request.body.readableBytesView), case .object = json else {
            let problem = Self.error("the body is not a JSON object")
            return try await writer.send(["type": "error", "error": problem["error"] ?? .null], status: 400)
        }
        let isStream = json["stream"]?.bool ?? false
        let answer = try await answer(
            AnthropicRequest.responses(json),
            asked: json,
            transport: isStream ? "sse" : "http"
        )
        if isStream {
            try await stream(answer.anthropicEvents(to: json), to: writer)
        } else {
            try await writer.send(answer.anthropicMessage(to: json))
        }
    }

    private func answerChat(_ request: ServedRequest, to writer: AnswerWriter) async throws {
        guard let json = try? JSON(parsing: request.body.readableBytesView), case .object = json else {
            return try await writer.send(Self.error("the body is not a JSON object"), status: 400)
        }
        let isStream = json["stream"]?.bool ?? false
        let answer = try await answer(ChatRequest.responses(json), asked: json, transport: isStream ? "sse" : "http")
        guard isStream else { return try await writer.send(answer.chatCompletion) }
        let chunks = answer.chatChunks(withUsage: json["stream_options"]?["include_usage"]?.bool ?? false)
        try await begin(writer)
        for chunk in chunks { try await writer.write(ByteBuffer(string: "data: \(chunk.compactText)\n\n")) }
        try await writer.write(ByteBuffer(string: "data: [DONE]\n\n"))
        try await writer.end()
    }

    private func begin(_ writer: AnswerWriter) async throws {
        try await writer.begin(
            status: 200,
            headers: ["content-type": "text/event-stream", "cache-control": "no-cache"]
        )
    }

    private func stream(_ events: [JSON], to writer: AnswerWriter) async throws {
        try await begin(writer)
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
    case messages
    case countTokens
    case chat
    case unknown

    private static let endings: [(String, PracticePath)] = [
        ("/responses", .responses), ("/responses/compact", .compact), ("/models", .models),
        ("/messages", .messages), ("/messages/count_tokens", .countTokens), ("/chat/completions", .chat),
    ]

    init(_ uri: String) {
        let path = uri.prefix { $0 != "?" }
        self = Self.endings.first { path.hasSuffix($0.0) }?.1 ?? .unknown
    }
}
