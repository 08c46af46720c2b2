import NIOConcurrencyHelpers
import NIOCore
import NIOHTTP1
import OneShotCore
import OneShotWire

extension ReplayDesk: ModelAnswering {
    /// The recorded answer broke off here.
    private struct Cut: Error {}

    /// Clients that know HTTP as well go on with it at once after a 426.
    func refusal(ofWebSocketAt path: String) -> ModelRefusal? {
        if book.withLockedValue({ $0.hasMessages(at: path) }) { return nil }
        let text = "replay: no WebSocket was recorded at \(path)"
        let refusal = refused(path, 426, "replay_unknown", text)
        return ModelRefusal(status: refusal.status, body: ["error": refusal.error])
    }

    func answer(_ request: ServedRequest, to writer: AnswerWriter) async throws {
        let head = request.head
        do {
            let coding = head.headers.first(name: "content-encoding")?.lowercased()
            let decoded = coding.flatMap { ContentCoding.decode(request.body, coding: $0) } ?? request.body
            let text = String(buffer: decoded)
            let call = try answer(.init(kind: .http(method: head.method.rawValue), path: head.uri, body: text))
            let isStream = (try? JSON(parsing: text))?["stream"]?.bool ?? false
            try await send(call, isStream: isStream, to: writer)
        } catch let refusal as Refusal {
            try await writer.send(["error": refusal.error], status: refusal.status)
        }
    }

    private func send(_ call: RecordedCall, isStream: Bool, to writer: AnswerWriter) async throws {
        let (type, pieces) = call.pieces(isStream: isStream)
        var headers = HTTPHeaders(call.headers.map { ($0.name, $0.value) })
        if let type { headers.replaceOrAdd(name: "content-type", value: type) }
        // One piece says its length; a stream and what breaks off go in chunks.
        if pieces.count <= 1, !call.isCut {
            headers.replaceOrAdd(name: "content-length", value: "\(pieces.first?.count ?? 0)")
        }
        try await wait(for: call, piece: 0, of: pieces.count)
        try await writer.begin(status: call.status, headers: headers)
        for (index, piece) in pieces.enumerated() {
            if index > 0 { try await wait(for: call, piece: index, of: pieces.count) }
            try await writer.write(ByteBuffer(bytes: piece))
        }
        if call.isCut { throw Cut() }
        try await writer.end()
    }

    func answer(_ message: ByteBuffer, in upgrade: HTTPRequestHead, to writer: MessageWriter) async throws {
        do {
            let call = try answer(.init(kind: .message, path: upgrade.uri, body: String(buffer: message)))
            let messages = call.messages
            for (index, text) in messages.enumerated() {
                try await wait(for: call, piece: index, of: messages.count)
                try await writer.send(text)
            }
            if call.isCut { throw Cut() }
        } catch let refusal as Refusal {
            let error: JSON = ["type": "error", "status": JSON(refusal.status), "error": refusal.error]
            try await writer.send(error.compactText)
        }
    }
}
