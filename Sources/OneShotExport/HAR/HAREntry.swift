import Foundation
import OneShotCore
import OneShotRedaction
import OneShotStore

/// An exchange as an entry of an HTTP Archive (HAR 1.2, http://www.softwareishard.com/blog/har-12-spec/).
///
/// What happened on a WebSocket stands in `_webSocketMessages`, as browsers export it.
struct HAREntry {
    private let exchange: RedactedExchange

    init(_ exchange: RedactedExchange) { self.exchange = exchange }

    var json: JSON {
        let first = exchange.firstByteAtMs ?? exchange.endedAtMs ?? exchange.startedAtMs
        let wait = max(0, first - exchange.startedAtMs)
        let receive = max(0, (exchange.endedAtMs ?? first) - first)
        return .members([
            "startedDateTime": .string(Timestamp.iso(milliseconds: exchange.startedAtMs)),
            "time": JSON(wait + receive),
            "request": request,
            "response": response,
            "cache": .object([]),
            "timings": [
                "blocked": -1, "dns": -1, "connect": -1, "ssl": -1, "send": 0, "wait": JSON(wait),
                "receive": JSON(receive),
            ],
            "_exchange_id": JSON(exchange.id),
            "_state": exchange.state.rawValue.json,
            "_cut_by": exchange.cutBy?.json,
            "_resourceType": exchange.messages == nil ? nil : "websocket",
            "_webSocketMessages": exchange.messages.map { .array($0.map(\.json)) },
        ])
    }

    private var request: JSON {
        .members([
            // The request that opened the socket; what was sent in it stands in the messages.
            "method": (exchange.isMessage ? "GET" : exchange.method).json,
            "url": exchange.url.text.json,
            "httpVersion": exchange.httpVersion.json,
            "cookies": [],
            "headers": Self.list(exchange.requestHeaders),
            "queryString": .array(Self.query(of: exchange.url.text)),
            "headersSize": -1,
            "bodySize": JSON(exchange.isMessage ? 0 : exchange.requestBytes ?? 0),
            "postData": exchange.request.map { body in
                .members([
                    "mimeType": (exchange.requestHeaders["content-type"] ?? "application/octet-stream").json,
                    "text": body.text.text.json,
                    "_encoding": body.isBase64 ? "base64" : nil,
                ])
            },
        ])
    }

    private var response: JSON {
        let isSocket = exchange.transport == .websocket
        let body = exchange.response
        return .members([
            // 0 is what browsers write for a request that got no answer.
            "status": JSON(exchange.isMessage ? 101 : exchange.status ?? 0),
            "statusText": "",
            "httpVersion": exchange.httpVersion.json,
            "cookies": [],
            "headers": Self.list(exchange.responseHeaders),
            "content": .members([
                "size": JSON(body?.size ?? 0),
                "mimeType": (exchange.responseHeaders["content-type"] ?? "x-unknown").json,
                "text": body?.text.text.json,
                "encoding": body?.isBase64 == true ? "base64" : nil,
            ]),
            "redirectURL": (exchange.responseHeaders["location"] ?? "").json,
            "headersSize": -1,
            "bodySize": JSON(isSocket ? 0 : exchange.responseBytes ?? -1),
        ])
    }

    private static func list(_ headers: [(name: String, value: RedactedText)]) -> JSON {
        .array(headers.map { ["name": $0.name.json, "value": $0.value.text.json] })
    }

    private static func query(of url: String) -> [JSON] {
        guard let mark = url.firstIndex(of: "?") else { return [] }
        return url[url.index(after: mark)...].split(separator: "&").map { pair in
            let parts = pair.split(separator: "=", maxSplits: 1).map { text in
                let plain = text.replacing("+", with: " ")
                return plain.removingPercentEncoding ?? String(plain)
            }
            return ["name": (parts.first ?? "").json, "value": (parts.count > 1 ? parts[1] : "").json]
        }
    }
}

extension [(name: String, value: RedactedText)] {
    /// The first header of this name, which is in lower case.
    fileprivate subscript(name: String) -> String? { first { $0.name.lowercased() == name }?.value.text }
}

extension RedactedExchange.Message {
    /// `type` is `send` or `receive`, `opcode` 1 for text and 2 for anything else, which is in base64; `time` is in seconds
    /// since 1970.
    fileprivate var json: JSON {
        [
            "type": isSent ? "send" : "receive", "time": .number(String(atMs / 1000)), "opcode": isText ? 1 : 2,
            "data": data.text.json,
        ]
    }
}
