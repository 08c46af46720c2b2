import Foundation
import OneShotCore
import OneShotStore
import OneShotWire

/// An exchange of a recorded session that can be given again.
struct RecordedCall: Sendable {
    enum Kind: Sendable, Equatable {
        /// A request inside a WebSocket.
        case message
        case http(method: String)
    }

    enum Body: Sendable, Equatable {
        /// As it came, without its content coding.
        case bytes([UInt8])
        /// The messages of a WebSocket.
        case messages([String])
    }

    var exchangeID: Int64
    var kind: Kind
    /// With its query.
    var path: String
    var request: String
    var status: Int
    var headers: [(name: String, value: String)]
    var body: Body
    /// The answer broke off.
    var isCut: Bool
    /// From the request to the answer's first byte.
    var firstByte: Duration
    /// From the first byte to the last.
    var length: Duration
}

extension RecordedCall {
    /// - Returns: nil for what has no answer of its own: tunnels, upgrades, exchanges that nobody answered.
    init?(_ exchange: Exchange) {
        guard exchange.transport != .tunnel, exchange.status != 101, let status = exchange.status,
            exchange.state == .complete || exchange.state == .refused || exchange.state == .cut
        else { return nil }
        exchangeID = exchange.id ?? 0
        kind = exchange.method == "WEBSOCKET" ? .message : .http(method: exchange.method)
        path = Self.path(of: exchange.url)
        request = Self.text(exchange.requestJSON)
        self.status = status
        headers = Self.headers(of: exchange.metaJSON)
        body = Self.body(of: exchange)
        isCut = exchange.state == .cut
        let first = exchange.firstByteAtMs ?? exchange.startedAtMs
        firstByte = .milliseconds(max(0, first - exchange.startedAtMs))
        length = .milliseconds(max(0, (exchange.endedAtMs ?? first) - first))
    }

    private static func path(of url: String) -> String {
        guard let scheme = url.range(of: "://") else { return url }
        let rest = url[scheme.upperBound...]
        return rest.firstIndex(of: "/").map { String(rest[$0...]) } ?? "/"
    }

    private static func text(_ stored: String?) -> String {
        guard let stored else { return "" }
        if stored.hasPrefix(#"{"_base64""#), let bytes = base64(in: try? JSON(parsing: stored)) {
            return String(decoding: bytes, as: UTF8.self)
        }
        return stored
    }

    private static func body(of exchange: Exchange) -> Body {
        let text = exchange.responseJSON ?? ""
        if exchange.transport == .websocket {
            let messages = (try? JSON(parsing: text))?.elements ?? []
            // A message that was no JSON is kept as a string.
            return .messages(messages.map { $0.string ?? $0.compactText })
        }
        guard text.hasPrefix(#"{"_"#), let json = try? JSON(parsing: text) else { return .bytes(Array(text.utf8)) }
        if let raw = json["_raw"]?.string { return .bytes(Array(raw.utf8)) }
        return .bytes(base64(in: json) ?? Array(text.utf8))
    }

    private static func base64(in json: JSON?) -> [UInt8]? {
        json?["_base64"]?.string.flatMap { Data(base64Encoded: $0) }.map(Array.init)
    }

    /// Those that belong to a connection or to a coding that is gone, and those whose values were not kept.
    private static let left: Set<String> = [
        "connection", "keep-alive", "transfer-encoding", "content-length", "content-encoding", "upgrade", "trailer",
        "proxy-connection", "set-cookie", "alt-svc", "strict-transport-security",
    ]

    private static func headers(of meta: String) -> [(name: String, value: String)] {
        let pairs = (try? JSON(parsing: meta))?["response_headers"]?.elements ?? []
        return pairs.compactMap { pair in
            guard let name = pair[0]?.string, let value = pair[1]?.string, !left.contains(name.lowercased()) else {
                return nil
            }
            return (name, value)
        }
    }
}

extension RecordedCall {
    /// The answer to a request that generates nothing (`generate: false`), where none was recorded: agents warm a
    /// WebSocket up before they use it.
    static func warmUp(_ request: ReplayBook.Request) -> RecordedCall {
        let model = (try? JSON(parsing: request.body))?["model"]?.string ?? "replay"
        let answer = ModelAnswer(responseID: "resp_warm_up", model: model, items: [], usage: Usage(), delayMs: 0)
        return RecordedCall(
            exchangeID: 0,
            kind: .message,
            path: request.path,
            request: request.body,
            status: 200,
            headers: [],
            body: .messages(answer.events.map(\.compactText)),
            isCut: false,
            firstByte: .zero,
            length: .zero
        )
    }
}

// MARK: - Over either transport

extension RecordedCall {
    /// The answer as messages of a WebSocket.
    var messages: [String] {
        switch body {
        case .messages(let messages): return messages
        case .bytes(let bytes):
            var parser = ServerSentEventParser()
            let events = parser.feed(bytes) + parser.feed("\n\n".utf8)
            if !events.isEmpty { return events.map(\.data).filter { $0 != "[DONE]" } }
            return [String(decoding: bytes, as: UTF8.self)]
        }
    }

    /// The answer as the body of an HTTP response, in the pieces in which a stream comes, and its type.
    ///
    /// - Parameter isStream: whether the client asks for a stream, where the recording was of a WebSocket.
    func pieces(isStream: Bool) -> (type: String?, pieces: [[UInt8]]) {
        switch body {
        case .bytes(let bytes): return (nil, Self.events(in: bytes))
        case .messages(let messages) where isStream:
            let events = messages.map { text in
                let type = (try? JSON(parsing: text))?["type"]?.string ?? "message"
                return Array("event: \(type)\ndata: \(text)\n\n".utf8)
            }
            return ("text/event-stream; charset=utf-8", events)
        case .messages(let messages):
            let last = messages.last.flatMap { try? JSON(parsing: $0) }
            return ("application/json", [Array((last?["response"] ?? last ?? .null).compactText.utf8)])
        }
    }

    /// Cuts a stream of server-sent events behind each blank line; anything else stays whole.
    private static func events(in bytes: [UInt8]) -> [[UInt8]] {
        let isStream =
            bytes.starts(with: "event:".utf8) || bytes.starts(with: "data:".utf8)
            || bytes.starts(with: ":".utf8) || bytes.starts(with: "id:".utf8)
        guard isStream else { return bytes.isEmpty ? [] : [bytes] }
        var pieces: [[UInt8]] = []
        var start = 0
        var index = 0
        while index < bytes.count {
            let rest = bytes[index...]
            if rest.starts(with: [10, 10]) || rest.starts(with: [13, 10, 13, 10]) {
                index += bytes[index] == 10 ? 2 : 4
                pieces.append(Array(bytes[start..<index]))
                start = index
            } else {
                index += 1
            }
        }
        if start < bytes.count { pieces.append(Array(bytes[start...])) }
        return pieces
    }
}
