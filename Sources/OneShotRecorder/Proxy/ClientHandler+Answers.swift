import Logging
import NIOCore
import NIOHPACK
import NIOHTTP2
import OneShotCore
import OneShotStore
import OneShotWire

/// A response of our own.
struct Answer {
    var status: Int
    var reason: String
    var type = "text/plain; charset=utf-8"
    var body: String
    var fields: [HTTPField] = []

    func bytes(closing: Bool, withoutBody: Bool = false) -> ByteBuffer {
        var buffer = ByteBuffer()
        buffer.writeString("HTTP/1.1 \(status) \(reason)\r\nContent-Type: \(type)\r\n")
        buffer.writeString("Content-Length: \(body.utf8.count)\r\nCache-Control: no-store\r\n")
        for field in fields { buffer.writeString("\(field.name): \(field.value)\r\n") }
        if closing { buffer.writeString("Connection: close\r\n") }
        buffer.writeString("\r\n")
        if !withoutBody { buffer.writeString(body) }
        return buffer
    }

    func send(on stream: HTTP2StreamHandler, withoutBody: Bool) {
        var headers: HPACKHeaders = [
            ":status": String(status), "content-type": type, "content-length": String(body.utf8.count),
            "cache-control": "no-store",
        ]
        for field in fields { headers.add(name: field.name.lowercased(), value: field.value) }
        stream.send(head: headers)
        if !withoutBody { stream.send(ByteBuffer(string: body)) }
        stream.end()
    }
}

extension ClientHandler {
    /// Answers the current request in the upstream's place. The connection goes on where the client's next request
    /// can still be found.
    func answer(_ answer: Answer) {
        guard let exchange = current else { return }
        let awaitsGo = exchange.head.tokens("expect").contains("100-continue") && !exchange.requestEnded
        exchange.closesAfter = exchange.closesAfter || awaitsGo
        exchange.isAnsweredHere = true
        exchange.responseEnded = true
        write(answer, closing: exchange.closesAfter, withoutBody: exchange.head.method == "HEAD")
        context?.flush()
        if awaitsGo {
            current = nil
            closeAfterFlush(lingering: true)
        } else {
            finishIfDone()
        }
    }

    /// Refuses the current request and records that.
    func refuse(_ exchange: HTTPExchange, _ refusal: Answer) {
        var body = ByteBuffer()
        body.writeString(refusal.body)
        exchange.trace?.end(.refused) { draft in
            draft.row.status = refusal.status
            draft.responseBody.append(body)
        }
        answer(refusal)
    }

    /// The upstream gave no answer: says so in its place.
    func answerBadGateway(_ exchange: HTTPExchange, _ text: String) {
        (exchange.trace ?? exchange.unread?.trace)?.end(.cut, cutBy: "upstream") { draft in
            draft.row.status = 502
            draft.setFact("error", .string(text))
        }
        core.logger.warning("\(text)")
        answer(Answer(status: 502, reason: "Bad Gateway", body: "oneshot: \(text)\n"))
    }

    /// What arrived is no HTTP that we pass on.
    func reject(_ problem: String, isTooLarge: Bool = false) {
        if let exchange = current { exchange.trace?.cut(by: "client", reason: "the request is malformed: \(problem)") }
        // Once an answer has begun, another one can only make things worse.
        let hasBegun = current?.responseHead != nil || current?.responseEnded == true
        current = nil
        core.logger.notice("closed a connection: \(problem)")
        resetCode = .protocolError
        if hasBegun {
            closeAfterFlush(lingering: true)
        } else if isTooLarge {
            refuseConnection(status: 431, reason: "Request Header Fields Too Large", text: problem)
        } else {
            refuseConnection(status: 400, reason: "Bad Request", text: problem)
        }
    }

    /// The client did not say who it is.
    func demandCredentials() {
        var refusal = Answer(
            status: 407,
            reason: "Proxy Authentication Required",
            body: "oneshot: this recorder asks for a token: http://RUN_ID:TOKEN@HOST:PORT\n"
        )
        refusal.fields = [HTTPField("Proxy-Authenticate", "Basic realm=\"oneshot\"")]
        write(refusal, closing: true)
        closeAfterFlush(lingering: true)
    }

    /// Answers and closes.
    func refuseConnection(status: Int, reason: String, text: String) {
        write(Answer(status: status, reason: reason, body: "oneshot: \(text)\n"), closing: true)
        closeAfterFlush(lingering: true)
    }

    private func write(_ answer: Answer, closing: Bool, withoutBody: Bool = false) {
        if let stream {
            answer.send(on: stream, withoutBody: withoutBody)
        } else {
            write(answer.bytes(closing: closing, withoutBody: withoutBody))
        }
    }
}
