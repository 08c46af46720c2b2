import OneShotCore
import OneShotRedaction
import OneShotStore

/// An exchange whose texts have been through a redactor.
struct RedactedExchange {
    struct Body {
        var text: RedactedText
        var isBase64: Bool
        /// Bytes, as they were recorded.
        var size: Int
    }

    /// On a WebSocket.
    struct Message {
        var isSent: Bool
        var atMs: Double
        var data: RedactedText
        var isText: Bool
    }

    let id: Int64
    let method: String
    let state: Exchange.State
    let transport: Exchange.Transport
    let cutBy: String?
    let status: Int?
    let startedAtMs: Int64
    let firstByteAtMs: Int64?
    let endedAtMs: Int64?
    let httpVersion: String
    let requestBytes: Int?
    let responseBytes: Int?
    let url: RedactedText
    let requestHeaders: [(name: String, value: RedactedText)]
    let responseHeaders: [(name: String, value: RedactedText)]
    let request: Body?
    let response: Body?
    /// Nil for an exchange that has nothing to do with a WebSocket.
    let messages: [Message]?

    /// A request inside a WebSocket.
    var isMessage: Bool { method == "WEBSOCKET" }

    init(_ exchange: Exchange, by redactor: Redactor) {
        let meta = (try? JSON(parsing: exchange.metaJSON)) ?? .object([])
        id = exchange.id ?? 0
        method = exchange.method
        state = exchange.state
        transport = exchange.transport
        cutBy = exchange.cutBy
        status = exchange.status
        startedAtMs = exchange.startedAtMs
        firstByteAtMs = exchange.firstByteAtMs
        endedAtMs = exchange.endedAtMs
        httpVersion = meta["http_version"]?.string ?? "HTTP/1.1"
        requestBytes = meta["request_bytes"]?.int
        responseBytes = meta["response_bytes"]?.int
        url = redactor.redact(exchange.url)
        requestHeaders = Self.headers(meta["request_headers"], by: redactor)
        responseHeaders = Self.headers(meta["response_headers"], by: redactor)
        let isMessage = exchange.method == "WEBSOCKET"
        request = isMessage ? nil : Self.body(exchange.requestJSON, by: redactor)
        response = exchange.transport == .websocket ? nil : Self.body(exchange.responseJSON, by: redactor)
        messages =
            if isMessage {
                Self.answered(exchange, by: redactor)
            } else if exchange.transport == .websocket || exchange.status == 101 {
                Self.passed(exchange, by: redactor)
            } else {
                nil
            }
    }

    private static func headers(_ pairs: JSON?, by redactor: Redactor) -> [(name: String, value: RedactedText)] {
        (pairs?.elements ?? []).compactMap { pair in
            guard let name = pair[0]?.string, let value = pair[1]?.string else { return nil }
            return (name, redactor.redact(value))
        }
    }

    /// A body out of the form in which the database holds it.
    private static func body(_ stored: String?, by redactor: Redactor) -> Body? {
        guard let stored else { return nil }
        if stored.hasPrefix(#"{"_"#), let json = try? JSON(parsing: stored), json.members.count == 1 {
            if let text = json["_raw"]?.string {
                // A secret may be spelled by several events together.
                return Body(text: redactor.redactStream(text), isBase64: false, size: text.utf8.count)
            }
            if let text = json["_base64"]?.string {
                let redacted = redactor.redact(text)
                // With a placeholder in it, it is no base64 any more.
                return Body(text: redacted, isBase64: redacted.text == text, size: text.utf8.count / 4 * 3)
            }
        }
        return Body(text: redactor.redact(stored), isBase64: false, size: stored.utf8.count)
    }

    /// All messages of a WebSocket that is no model API's.
    private static func passed(_ exchange: Exchange, by redactor: Redactor) -> [Message] {
        events(of: exchange, by: redactor).map { message in
            Message(
                isSent: message["from"]?.string == "client",
                atMs: message["at_ms"]?.double ?? Double(exchange.startedAtMs),
                data: redactor.redact(message["text"]?.string ?? message["base64"]?.string ?? ""),
                isText: message["text"] != nil
            )
        }
    }

    /// One request and its answers. Of these the times of the first and the last are known; those between are spread
    /// evenly.
    private static func answered(_ exchange: Exchange, by redactor: Redactor) -> [Message] {
        let start = Double(exchange.startedAtMs)
        let first = exchange.firstByteAtMs.map(Double.init) ?? start
        let last = max(first, exchange.endedAtMs.map(Double.init) ?? first)
        let answers = events(of: exchange, by: redactor)
        let step = answers.count > 1 ? (last - first) / Double(answers.count - 1) : 0
        let sent = Message(
            isSent: true,
            atMs: start,
            data: redactor.redact(exchange.requestJSON ?? ""),
            isText: true
        )
        return [sent]
            + answers.enumerated().map { index, message in
                Message(
                    isSent: false,
                    atMs: first + step * Double(index),
                    data: redactor.redact(message.string ?? message.compactText),
                    isText: true
                )
            }
    }

    /// The messages with what they spell together redacted; each is looked at once more by itself.
    private static func events(of exchange: Exchange, by redactor: Redactor) -> [JSON] {
        guard let stored = exchange.responseJSON else { return [] }
        return (try? JSON(parsing: redactor.redactStream(stored).text))?.elements ?? []
    }

    /// Everything in it that was redacted.
    var texts: [RedactedText] {
        [url] + requestHeaders.map(\.value) + responseHeaders.map(\.value)
            + [request, response].compactMap { $0?.text }
            + (messages ?? []).map(\.data)
    }
}
