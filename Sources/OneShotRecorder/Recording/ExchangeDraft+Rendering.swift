import Foundation
import NIOCore
import OneShotCore
import OneShotStore
import OneShotWire

extension ExchangeDraft {
    /// The row to store. It reads and copies whole bodies: not for an event loop.
    func exchange(id: Int64?) -> Exchange {
        var exchange = row
        exchange.id = id
        exchange.url = SecretFields.redacted(url: row.url)
        exchange.requestJSON = SecretFields.removing(secrets, from: requestText)
        exchange.responseJSON = SecretFields.removing(secrets, from: responseText)
        exchange.metaJSON = SecretFields.removing(secrets, from: meta.compactText) ?? "{}"
        return exchange
    }

    private var requestText: String? {
        guard requestBody.bytes.readableBytes > 0 else { return nil }
        let body = BodyText(requestBody.bytes, head: requestHead, isWhole: !requestBody.isTruncated)
        return body.text ?? body.base64JSON
    }

    private var responseText: String? {
        if row.transport == .websocket { return row.method == "WEBSOCKET" ? answers : otherMessages }
        guard responseBody.bytes.readableBytes > 0 else { return nil }
        let isWhole = row.state == .complete && !responseBody.isTruncated
        let body = BodyText(responseBody.bytes, head: responseHead, isWhole: isWhole)
        guard let text = body.text else { return body.base64JSON }
        return Self.isJSON(text) ? text : JSON.object([JSON.Member("_raw", .string(text))]).compactText
    }

    /// The server's messages as they came, in one JSON array.
    private var answers: String? {
        guard !messages.isEmpty else { return nil }
        let texts = messages.map { message in
            let text = String(buffer: message.payload)
            return message.isText && Self.isJSON(text) ? text : JSON.string(text).compactText
        }
        return "[" + texts.joined(separator: ",") + "]"
    }

    private var otherMessages: String? {
        guard !messages.isEmpty else { return nil }
        let list = messages.map { message -> JSON in
            let payload: JSON.Member =
                message.isText
                ? JSON.Member("text", .string(String(buffer: message.payload)))
                : JSON.Member("base64", .string(Data(message.payload.readableBytesView).base64EncodedString()))
            return .object([
                JSON.Member("from", message.isFromClient ? "client" : "upstream"),
                JSON.Member("at_ms", JSON(message.atMs)),
                payload,
            ])
        }
        return JSON.array(list).compactText
    }

    private var meta: JSON {
        var members: [JSON.Member] = []
        if let status = row.status { members.append(.init("status", JSON(status))) }
        if let head = requestHead {
            members.append(.init("http_version", .string("HTTP/1.\(head.minorVersion)")))
            members.append(.init("request_headers", SecretFields.redacted(head.fields)))
        }
        if let head = responseHead { members.append(.init("response_headers", SecretFields.redacted(head.fields))) }
        members.append(.init("session_id", .string(row.sessionID)))
        if let runID { members.append(.init("run_id", .string(runID))) }
        if requestBody.total > 0 { members.append(.init("request_bytes", JSON(requestBody.total))) }
        if responseBody.total > 0 { members.append(.init("response_bytes", JSON(responseBody.total))) }
        if requestBody.isTruncated { members.append(.init("request_truncated", true)) }
        if responseBody.isTruncated { members.append(.init("response_truncated", true)) }
        return .object(members + facts)
    }

    private static func isJSON(_ text: String) -> Bool { (try? JSON(parsing: text)) != nil }
}

/// A body without its content coding, as text where it is text.
private struct BodyText {
    let bytes: ByteBuffer
    private let isTextual: Bool

    /// - Parameter isWhole: whether all of the body is there; a part may end inside a character.
    init(_ body: ByteBuffer, head: HTTPHead?, isWhole: Bool) {
        let type = head?.first("content-type")?.lowercased() ?? ""
        let isDeclaredText = type.hasPrefix("text/") || type.contains("json") || type.contains("xml")
        let coding = head?.tokens("content-encoding") ?? []
        guard !coding.isEmpty, coding != ["identity"] else {
            bytes = body
            isTextual = isDeclaredText
            return
        }
        let decoded = coding.count == 1 ? ContentCoding.decode(body, coding: coding[0]) : nil
        bytes = decoded ?? body
        isTextual = decoded != nil && (isDeclaredText || !isWhole)
    }

    /// Nil for anything that a text column would not give back as it was.
    var text: String? {
        guard !bytes.readableBytesView.contains(0) else { return nil }
        if isTextual { return String(buffer: bytes) }
        return String(validating: bytes.readableBytesView, as: UTF8.self)
    }

    var base64JSON: String {
        JSON.object([JSON.Member("_base64", .string(Data(bytes.readableBytesView).base64EncodedString()))]).compactText
    }
}
