import Foundation
import NIOCore
import OneShotCore
import OneShotStore
import OneShotWire

/// From the drafts of one exchange to what the database stores of it. It lives as long as the exchange, in the writing
/// task.
struct ExchangeEncoder {
    private var request: BodyEncoder?
    private var response: BodyEncoder?
    private var secrets: [String] = []
    /// Those in the request's head.
    private var headSecrets: [String] = []
    private var hasMessages = false
    /// What follows of the bodies is not kept.
    private(set) var hasLostBodies = false
    private var credentials: [SecretFields.Credential] = []
    private var hasRequestHead = false
    private var hasResponseHead = false

    /// What this draft adds to those before it.
    ///
    /// - Returns: the change, without an id, and the credentials that no earlier draft had.
    mutating func encode(
        _ draft: ExchangeDraft,
        token: Int64
    ) -> (change: ExchangeChange, credentials: [SecretFields.Credential]) {
        let newCredentials = learnCredentials(draft)
        if draft.hasLostBodies { hasLostBodies = true }
        if !hasLostBodies {
            do {
                try takeBodies(draft)
            } catch {
                loseBodies()
            }
        }
        let isWhole = draft.row.state == .complete
        var row = draft.row
        row.url = SecretFields.redacted(url: row.url)
        row.requestJSON = nil
        row.responseJSON = nil
        var change = ExchangeChange(token: token, exchange: row)
        change.request = request?.change(isFinal: draft.isFinal, isWhole: isWhole && !draft.requestBody.isTruncated)
        change.response = response?.change(isFinal: draft.isFinal, isWhole: isWhole && !draft.responseBody.isTruncated)
        let meta = draft.meta(and: bodyFacts)
        change.exchange.metaJSON = SecretFields.removing(secrets, from: meta.compactText) ?? "{}"
        return (change, newCredentials)
    }

    /// What follows of the bodies cannot be kept.
    mutating func loseBodies() {
        hasLostBodies = true
        request = nil
        response = nil
    }

    /// - Returns: those that no earlier draft had.
    private mutating func learnCredentials(_ draft: ExchangeDraft) -> [SecretFields.Credential] {
        var found: [SecretFields.Credential] = []
        if !hasRequestHead, let head = draft.requestHead {
            hasRequestHead = true
            found = SecretFields.credentials(in: head)
            headSecrets = SecretFields.values(of: found)
        }
        if !hasResponseHead, let head = draft.responseHead {
            hasResponseHead = true
            found += SecretFields.credentials(in: head)
        }
        for secret in draft.secrets where !(credentials + found).contains(where: { $0.value == secret }) {
            found.append(.init(name: "authorization", value: secret))
        }
        found.removeAll(where: credentials.contains)
        credentials += found
        let values = headSecrets + draft.secrets
        if values.count > secrets.count {
            secrets = values
            request?.add(secrets: values)
            response?.add(secrets: values)
        }
        return found
    }

    private mutating func takeBodies(_ draft: ExchangeDraft) throws {
        if !draft.requestBody.unsent.isEmpty {
            var body = request ?? encoder(.init(request: draft.requestHead), draft)
            request = nil
            for piece in draft.requestBody.unsent.pieces { body.append(try piece.bytes()) }
            request = body
        }
        guard !draft.responseBody.unsent.isEmpty || !draft.messages.isEmpty else { return }
        let kind = draft.messages.isEmpty ? BodyEncoder.Kind(response: draft.responseHead) : .messages
        var body = response ?? encoder(kind, draft)
        response = nil
        if draft.messages.isEmpty {
            for piece in draft.responseBody.unsent.pieces { body.append(try piece.bytes()) }
        } else {
            for message in draft.messages {
                if hasMessages { body.append(ByteBuffer(string: ",")) }
                hasMessages = true
                let isAnswer = draft.row.method == "WEBSOCKET"
                body.append(isAnswer ? try message.asAnswer() : try message.asRemark())
            }
        }
        response = body
    }

    private func encoder(_ kind: BodyEncoder.Kind, _ draft: ExchangeDraft) -> BodyEncoder {
        BodyEncoder(kind, secrets: secrets, limit: draft.responseBody.limit)
    }

    private var bodyFacts: [JSON.Member] {
        var facts: [JSON.Member] = []
        if request?.isTruncated == true { facts.append(.init("request_truncated", true)) }
        if response?.isTruncated == true { facts.append(.init("response_truncated", true)) }
        if let trouble = request?.trouble { facts.append(.init("request_decoding", .string(trouble))) }
        if let trouble = response?.trouble { facts.append(.init("response_decoding", .string(trouble))) }
        if hasLostBodies { facts.append(.init("bodies_lost", true)) }
        return facts
    }
}

extension ExchangeDraft.Message {
    /// An element of the array of a request's answers: the message itself where it is JSON, else a string.
    fileprivate func asAnswer() throws -> ByteBuffer {
        let payload = try payload.bytes()
        if isText, JSONValidator.isJSON(payload) { return payload }
        return ByteBuffer(string: JSON.string(String(buffer: payload)).compactText)
    }

    /// An element of what else was said on a WebSocket.
    fileprivate func asRemark() throws -> ByteBuffer {
        let payload = try payload.bytes()
        let content: JSON.Member =
            isText
            ? JSON.Member("text", .string(String(buffer: payload)))
            : JSON.Member("base64", .string(Data(payload.readableBytesView).base64EncodedString()))
        let remark: JSON = .object([
            JSON.Member("from", isFromClient ? "client" : "upstream"), JSON.Member("at_ms", JSON(atMs)), content,
        ])
        return ByteBuffer(string: remark.compactText)
    }
}
