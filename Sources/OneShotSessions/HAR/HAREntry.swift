import Foundation
import OneShotCore
import OneShotStore

/// An exchange as an entry of an HTTP Archive (HAR 1.2, http://www.softwareishard.com/blog/har-12-spec/).
///
/// What happened on a WebSocket stands in `_webSocketMessages`, as browsers export it.
struct HAREntry {
    private let exchange: Exchange
    private let meta: JSON

    init(_ exchange: Exchange) {
        self.exchange = exchange
        meta = (try? JSON(parsing: exchange.metaJSON)) ?? .object([])
    }

    var json: JSON {
        let first = exchange.firstByteAtMs ?? exchange.endedAtMs ?? exchange.startedAtMs
        let wait = max(0, first - exchange.startedAtMs)
        let receive = max(0, (exchange.endedAtMs ?? first) - first)
        var members: [JSON.Member] = [
            .init("startedDateTime", .string(Timestamp.iso(milliseconds: exchange.startedAtMs))),
            .init("time", JSON(wait + receive)),
            .init("request", request),
            .init("response", response),
            .init("cache", .object([])),
            .init(
                "timings",
                [
                    "blocked": -1, "dns": -1, "connect": -1, "ssl": -1, "send": 0, "wait": JSON(wait),
                    "receive": JSON(receive),
                ]
            ),
            .init("_exchange_id", JSON(exchange.id ?? 0)),
            .init("_state", .string(exchange.state.rawValue)),
        ]
        if let party = exchange.cutBy { members.append(.init("_cut_by", .string(party))) }
        if let messages = HARMessages.of(exchange) {
            members.append(.init("_resourceType", "websocket"))
            members.append(.init("_webSocketMessages", .array(messages)))
        }
        return .object(members)
    }

    private var isMessage: Bool { exchange.method == "WEBSOCKET" }
    private var httpVersion: JSON { .string(meta["http_version"]?.string ?? "HTTP/1.1") }

    private var request: JSON {
        let headers = Self.headers(meta["request_headers"])
        let body = isMessage ? nil : Self.body(exchange.requestJSON)
        var members: [JSON.Member] = [
            // The request that opened the socket; what was sent in it stands in the messages.
            .init("method", .string(isMessage ? "GET" : exchange.method)),
            .init("url", .string(exchange.url)),
            .init("httpVersion", httpVersion),
            .init("cookies", []),
            .init("headers", headers.json),
            .init("queryString", .array(Self.query(of: exchange.url))),
            .init("headersSize", -1),
            .init("bodySize", JSON(isMessage ? 0 : meta["request_bytes"]?.int ?? 0)),
        ]
        if let body {
            var data: [JSON.Member] = [
                .init("mimeType", .string(headers.type ?? "application/octet-stream")),
                .init("text", .string(body.text)),
            ]
            if body.isBase64 { data.append(.init("_encoding", "base64")) }
            members.append(.init("postData", .object(data)))
        }
        return .object(members)
    }

    private var response: JSON {
        let headers = Self.headers(meta["response_headers"])
        let isSocket = exchange.transport == .websocket
        let body = isSocket ? nil : Self.body(exchange.responseJSON)
        var content: [JSON.Member] = [
            .init("size", JSON(body?.size ?? 0)),
            .init("mimeType", .string(headers.type ?? "x-unknown")),
        ]
        if let body {
            content.append(.init("text", .string(body.text)))
            if body.isBase64 { content.append(.init("encoding", "base64")) }
        }
        return .object([
            // 0 is what browsers write for a request that got no answer.
            .init("status", JSON(isMessage ? 101 : exchange.status ?? 0)),
            .init("statusText", ""),
            .init("httpVersion", httpVersion),
            .init("cookies", []),
            .init("headers", headers.json),
            .init("content", .object(content)),
            .init("redirectURL", .string(headers.location ?? "")),
            .init("headersSize", -1),
            .init("bodySize", JSON(isSocket ? 0 : meta["response_bytes"]?.int ?? -1)),
        ])
    }

    private static func headers(_ pairs: JSON?) -> (json: JSON, type: String?, location: String?) {
        let pairs = (pairs?.elements ?? []).compactMap { pair -> (String, String)? in
            guard let name = pair[0]?.string, let value = pair[1]?.string else { return nil }
            return (name, value)
        }
        func value(_ name: String) -> String? { pairs.first { $0.0.lowercased() == name }?.1 }
        let list = pairs.map { JSON.object([.init("name", .string($0.0)), .init("value", .string($0.1))]) }
        return (.array(list), value("content-type"), value("location"))
    }

    private static func query(of url: String) -> [JSON] {
        guard let mark = url.firstIndex(of: "?") else { return [] }
        return url[url.index(after: mark)...].split(separator: "&").map { pair in
            let parts = pair.split(separator: "=", maxSplits: 1).map { text in
                let plain = text.replacing("+", with: " ")
                return plain.removingPercentEncoding ?? String(plain)
            }
            return [
                "name": .string(parts.first ?? ""), "value": .string(parts.count > 1 ? parts[1] : ""),
            ]
        }
    }

    /// A body out of the form in which the database holds it.
    private static func body(_ stored: String?) -> (text: String, isBase64: Bool, size: Int)? {
        guard let stored else { return nil }
        if stored.hasPrefix(#"{"_"#), let json = try? JSON(parsing: stored), json.members.count == 1 {
            if let text = json["_raw"]?.string { return (text, false, text.utf8.count) }
            if let text = json["_base64"]?.string { return (text, true, text.utf8.count / 4 * 3) }
        }
        return (stored, false, stored.utf8.count)
    }
}

/// The messages of a WebSocket: `type` is `send` or `receive`, `opcode` 1 for text and 2 for anything else, which is in
/// base64; `time` is in seconds since 1970.
enum HARMessages {
    /// - Returns: nil for an exchange that has nothing to do with a WebSocket.
    static func of(_ exchange: Exchange) -> [JSON]? {
        if exchange.method == "WEBSOCKET" { return request(exchange) }
        guard exchange.transport == .websocket || exchange.status == 101 else { return nil }
        let messages = exchange.responseJSON.flatMap { try? JSON(parsing: $0) }?.elements ?? []
        return messages.map { message in
            let isText = message["text"] != nil
            return entry(
                isSent: message["from"]?.string == "client",
                atMs: message["at_ms"]?.double ?? Double(exchange.startedAtMs),
                data: message["text"]?.string ?? message["base64"]?.string ?? "",
                isText: isText
            )
        }
    }

    /// One request and its answers. Of these the times of the first and the last are known; those between are spread
    /// evenly.
    private static func request(_ exchange: Exchange) -> [JSON] {
        let start = Double(exchange.startedAtMs)
        let first = exchange.firstByteAtMs.map(Double.init) ?? start
        let last = max(first, exchange.endedAtMs.map(Double.init) ?? first)
        let answers = exchange.responseJSON.flatMap { try? JSON(parsing: $0) }?.elements ?? []
        let step = answers.count > 1 ? (last - first) / Double(answers.count - 1) : 0
        let sent = entry(isSent: true, atMs: start, data: exchange.requestJSON ?? "", isText: true)
        return [sent]
            + answers.enumerated().map { index, message in
                entry(
                    isSent: false,
                    atMs: first + step * Double(index),
                    data: message.string ?? message.compactText,
                    isText: true
                )
            }
    }

    private static func entry(isSent: Bool, atMs: Double, data: String, isText: Bool) -> JSON {
        [
            "type": isSent ? "send" : "receive", "time": .number(String(atMs / 1000)), "opcode": isText ? 1 : 2,
            "data": .string(data),
        ]
    }
}
