import Logging
import NIOCore
import NIOHPACK
import NIOHTTP2
import OneShotCore
import OneShotStore
import OneShotWire

extension ClientHandler {
    func upstreamIsReady(_ handler: UpstreamHandler) {
        guard handler === upstream else { return }
        if case .holding = mode, case .inside(let origin) = scope {
            core.protocols.note(handler.http2 == nil ? .http1 : .http2, of: origin)
            releaseHandshake(offersHTTP2: handler.http2 != nil)
        } else if handler.http2 != nil, current?.awaitsUpstream == true {
            // It came so late that the client speaks HTTP/1.1 already.
            connectUpstream(to: handler.origin)
            return
        } else if let tunnel {
            beginTunnel(tunnel)
        } else if let exchange = current, exchange.awaitsUpstream {
            sendHead(exchange)
            processRequests()
        }
        upstream?.flush()
        context?.flush()
    }

    func upstreamRead(_ bytes: ByteBuffer) {
        switch mode {
        case .http:
            responses.append(bytes)
            processResponses()
        case .tunnel:
            tunnel?.received += bytes.readableBytes
            write(bytes)
        case .webSocket(let tap): tap.upstreamSent(bytes)
        case .undecided(let preamble): passThrough(preamble.bytes, early: bytes)
        case .holding, .closing: break
        }
    }

    func upstreamHasEvents() { processResponses() }

    func upstreamFailed(_ handler: UpstreamHandler, error: HTTP2MessageError) {
        guard handler === upstream, let exchange = current else { return }
        fail(exchange, "its answer is malformed: \(error)")
    }

    /// A stream opens no stream.
    func upstreamRetires(_ handler: UpstreamHandler) {
        if handler === upstream { upstream = nil }
    }

    func upstreamReadComplete() {
        context?.flush()
        upstream?.flush()
    }

    /// Passes on what has arrived of responses, as it came.
    private func processResponses() {
        if let stream = upstream?.stream {
            while let event = stream.next(), let exchange = current, !exchange.responseEnded { take(event, exchange) }
            return
        }
        do {
            while case .http = mode, let event = try responses.next() {
                guard let exchange = current, !exchange.responseEnded else {
                    // Nothing was asked. What follows can no longer be told apart from an answer.
                    upstream?.detach()
                    upstream = nil
                    return
                }
                switch event {
                case .head(let head, let framing):
                    if framing == .untilClose { exchange.closesAfter = true }
                    begin(exchange, head)
                case .body(let raw, let data):
                    if stream != nil { send(data) } else { write(raw) }
                    exchange.unread?.received += raw.readableBytes
                    tap(exchange, data)
                case .end:
                    guard exchange.responseHead != nil else { continue }
                    note(responses.trailers, as: "response_trailers")
                    let trailers = HTTP2Response.trailers(responses.trailers)
                    if !trailers.isEmpty { stream?.send(trailers: trailers) }
                    endResponse(exchange)
                }
            }
        } catch {
            guard let exchange = current else { return }
            fail(exchange, "its answer is malformed: \(error)")
        }
    }

    /// Only what came over HTTP/2 on the client's side goes upstream over HTTP/2, so there is a stream to pass it on to.
    private func take(_ event: HTTP2MessageReader.Event, _ exchange: HTTPExchange) {
        switch event {
        case .request: break
        case .response(let head, let headers): begin(exchange, head, headers)
        case .data(let data):
            send(data)
            tap(exchange, data)
        case .trailers(let fields, let headers):
            stream?.send(trailers: headers)
            note(fields, as: "response_trailers")
        case .end: endResponse(exchange)
        }
    }

    private func begin(_ exchange: HTTPExchange, _ head: HTTPHead, _ headers: HPACKHeaders? = nil) {
        if head.status == 101, exchange.head.first("upgrade") != nil {
            switchProtocols(exchange, head)
            return
        }
        if let stream { stream.send(head: headers ?? HTTP2Response.headers(head)) } else { write(head.bytes) }
        exchange.unread?.received += head.bytes.readableBytes
        // 100 Continue and its like announce an answer and are none.
        guard head.status >= 200 else { return }
        exchange.responseHead = head
        if !head.keepsConnection { exchange.closesAfter = true }
        exchange.unread?.trace.updateSoon { draft in
            draft.row.status = head.status
            draft.row.firstByteAtMs = Timestamp.milliseconds()
        }
        exchange.call?.begin(head)
        exchange.trace?.updateSoon { draft in
            draft.responseHead = head
            draft.row.status = head.status
            draft.row.firstByteAtMs = Timestamp.milliseconds()
        }
    }

    private func tap(_ exchange: HTTPExchange, _ data: ByteBuffer) {
        guard data.readableBytes > 0 else { return }
        exchange.trace?.update { $0.responseBody.append(data) }
        exchange.call?.feed(data)
    }

    private func endResponse(_ exchange: HTTPExchange) {
        exchange.responseEnded = true
        stream?.end()
        exchange.call?.finish()
        exchange.call = nil
        if exchange.responseHead?.keepsConnection == false {
            upstream?.detach()
            upstream = nil
        }
        if !exchange.requestEnded, upstream == nil {
            // The answer came early and the rest of the request has nowhere to go.
            exchange.trace?.end(.complete)
            current = nil
            closeAfterFlush(lingering: true)
        } else {
            finishIfDone()
        }
    }

    /// The upstream's connection is over.
    func upstreamEnded(_ handler: UpstreamHandler, error: (any Error)?) {
        guard handler === upstream else { return }
        let wasReady = handler.isReady
        upstream = nil
        switch mode {
        case .http where !wasReady, .undecided: failedToConnect(handler, error)
        case .holding:
            failedToConnect(handler, error)
            releaseHandshake(offersHTTP2: false)
        case .http: endedInHTTP(handler, error)
        case .tunnel, .webSocket:
            if case .webSocket(let tap) = mode { tap.ended(by: "upstream") }
            tunnel?.end()
            tunnel = nil
            closeAfterFlush()
        case .closing: break
        }
    }

    private func failedToConnect(_ handler: UpstreamHandler, _ error: (any Error)?) {
        let origin = handler.origin
        let reason = error.map { UpstreamTrouble.describe($0, host: origin.host) } ?? "it closed the connection"
        let text = "cannot reach \(origin.host):\(origin.port)\(handler.route.byWay): \(reason)"
        if let tunnel {
            failTunnel(tunnel, text)
        } else if let exchange = current, exchange.awaitsUpstream {
            exchange.awaitsUpstream = false
            answerBadGateway(exchange, text)
            processRequests()
        } else {
            earlyFailure = EarlyFailure(origin: origin, text: text)
        }
    }

    /// Why a connection that was made early failed, for the first request that would have used it.
    ///
    /// - Returns: nil where there was none, or so long ago that it is worth another try.
    func takeEarlyFailure(of origin: Origin) -> String? {
        defer { earlyFailure = nil }
        guard let failure = earlyFailure, failure.origin == origin, .now() - failure.at < .seconds(10) else {
            return nil
        }
        return failure.text
    }

    private func endedInHTTP(_ handler: UpstreamHandler, _ error: (any Error)?) {
        guard let exchange = current else {
            // As the client would see it without us: its idle connection is closed. One that was made early and never
            // used is made again when it is needed.
            if case .inside = scope, stream == nil, handler.requests > 0 { context?.close(promise: nil) }
            return
        }
        // One that is kept back makes a connection of its own when it goes.
        guard !exchange.isAnsweredHere, exchange.held == nil else { return }
        if exchange.responseEnded {
            exchange.trace?.end(.complete)
            current = nil
            closeAfterFlush(lingering: true)
            return
        }
        if let error = error as? NIOHTTP2Errors.StreamClosed, stream != nil {
            resetByUpstream(exchange, error.errorCode)
            return
        }
        try? responses.finish()
        processResponses()
        // Still there: it was not a body that reaches to the end of the connection.
        guard current === exchange, !exchange.responseEnded else { return }
        if exchange.responseHead == nil, handler.requests > 1 {
            // A kept connection that ends before its answer is something that clients know how to try again.
            exchange.trace?.cut(by: "upstream", reason: "it closed a kept connection before it answered")
            current = nil
            closeAfterFlush()
        } else {
            fail(exchange, "it closed the connection before the end of its answer")
        }
    }

    /// The client's stream ends as the upstream's did, which tells the client whether to try again.
    private func resetByUpstream(_ exchange: HTTPExchange, _ code: HTTP2ErrorCode) {
        resetCode = code
        exchange.trace?.cut(by: "upstream", reason: "it reset the stream: \(code)")
        current = nil
        closeAfterFlush()
    }

    /// The answer cannot be completed: the client gets what was sent, or learns why there is nothing.
    private func fail(_ exchange: HTTPExchange, _ reason: String) {
        upstream?.detach()
        upstream = nil
        guard exchange.responseHead != nil else {
            answerBadGateway(exchange, "\(exchange.destination.connectsTo.host): \(reason)")
            return
        }
        exchange.trace?.cut(by: "upstream", reason: reason)
        current = nil
        closeAfterFlush()
    }
}
