import NIOCore
import NIOHPACK
import OneShotCore
import OneShotWire

/// The way upstream: the connection that a request needs, and the request as it goes out on it.
extension ClientHandler {
    /// Sends the request on the connection that is there for it, or else makes one.
    func dispatch(_ exchange: HTTPExchange) {
        let origin = exchange.destination.connectsTo
        let needsTunnel = exchange.head.first("upgrade") != nil
        if let upstream, upstream.origin == origin, upstream.http2 == nil, !(needsTunnel && upstream.route.isAbsolute) {
            if upstream.isReady { sendHead(exchange) } else { exchange.awaitsUpstream = true }
        } else if let text = takeEarlyFailure(of: origin) {
            answerBadGateway(exchange, text)
        } else {
            exchange.awaitsUpstream = true
            connectUpstream(to: origin)
        }
    }

    func connectUpstream(to origin: Origin) {
        if let connection {
            let route = UpstreamRoute(to: origin, needsTunnel: true, core: core)
            let handler = UpstreamHandler(origin: origin, route: route, owner: self)
            upstream = handler
            if connection.open(handler) { return }
        }
        openUpstream(to: origin)
        upstream?.begin(core.security(for: origin))
    }

    /// Opens the TCP connection; what is spoken on it is said later.
    func openUpstream(to origin: Origin) {
        upstream?.detach()
        responses = HTTPMessageFramer(.responses)
        earlyFailure = nil
        var needsTunnel = tunnel != nil || current?.head.first("upgrade") != nil
        if case .undecided = mode { needsTunnel = true }
        let route = UpstreamRoute(to: origin, needsTunnel: needsTunnel, core: core)
        let handler = UpstreamHandler(origin: origin, route: route, owner: self)
        upstream = handler
        handler.connect(on: channel.eventLoop)
    }

    /// The request as it goes upstream: as it came, but for the line that addresses a proxy, our own credentials,
    /// and what the configuration replaces.
    func sendHead(_ exchange: HTTPExchange) {
        exchange.awaitsUpstream = false
        let head = exchange.head
        let destination = exchange.destination
        var setting: [HTTPField] = []
        var target = destination.target
        if let route = upstream?.route, route.isAbsolute, let proxy = route.proxy {
            target = "\(destination.connectsTo)\(target == "*" ? "" : target)"
            if let authorization = proxy.authorization {
                setting.append(HTTPField("Proxy-Authorization", authorization))
            }
        }
        if destination.upstream != nil || destination.isReverse {
            setting.append(HTTPField("Host", destination.connectsTo.authority))
        }
        // Nobody on the way may read it, unless the person has said that it goes there.
        if let token = core.configuration.credentials[destination.origin.host],
            destination.connectsTo.isTLS || destination.upstream != nil
        {
            setting.append(Self.credential(token, like: head))
            exchange.trace?.update { $0.secrets.append(token) }
        }
        var dropped = SecretFields.dropped
        if let body = exchange.rewritten {
            dropped.formUnion(["content-encoding", "transfer-encoding", "trailer"])
            // Over HTTP/2 a body needs no length, and one without is sent on in chunks.
            if exchange.http2 == nil || head.first("content-length") != nil {
                setting.append(HTTPField("Content-Length", String(body.readableBytes)))
            }
        }
        responses.requestMethod = head.method
        upstream?.requests += 1
        if let request = exchange.http2 {
            send(request, target: target, dropping: dropped, setting)
            exchange.released.forEach { send($0, of: exchange) }
            exchange.released = []
            if exchange.requestEnded { sendEnd(exchange) }
            return
        }
        upstream?.write(
            head.edited(
                target: target == head.target ? nil : target,
                dropping: dropped,
                setting: setting
            )
        )
        // What was kept back until the budget had been asked.
        exchange.released.forEach { upstream?.write($0) }
        exchange.released = []
    }

    private func send(_ request: HTTP2Request, target: String, dropping: Set<String>, _ setting: [HTTPField]) {
        if let stream = upstream?.stream {
            stream.send(head: request.edited(dropping: dropping, setting: setting))
        } else {
            upstream?.write(request.http1(target: target, dropping: dropping, setting: setting))
        }
    }

    /// The token in the field in which this client sends its own.
    private static func credential(_ token: String, like head: HTTPHead) -> HTTPField {
        let own = ["x-api-key", "api-key", "x-goog-api-key"].first { head.first($0) != nil }
        return own.map { HTTPField($0, token) } ?? HTTPField("Authorization", "Bearer \(token)")
    }

    func forward(_ raw: ByteBuffer, data: ByteBuffer) {
        guard let exchange = current, !exchange.isAnsweredHere else { return }
        exchange.unread?.sent += raw.readableBytes
        exchange.trace?.update { $0.requestBody.append(data) }
        if exchange.held != nil { hold(raw, data: data, of: exchange) } else { upstream?.write(raw) }
    }

    /// A piece of a body that came over HTTP/2.
    func forward(_ data: ByteBuffer) {
        guard let exchange = current, !exchange.isAnsweredHere else { return }
        core.activity.received(data.readableBytes)
        if exchange.held != nil { hold(data, data: data, of: exchange) } else { send(data, of: exchange) }
        exchange.trace?.update { $0.requestBody.append(data) }
    }

    private func send(_ data: ByteBuffer, of exchange: HTTPExchange) {
        if let stream = upstream?.stream {
            stream.send(data)
        } else if exchange.http2?.needsChunks == true {
            upstream?.write(ByteBuffer(string: "\(String(data.readableBytes, radix: 16))\r\n"))
            upstream?.write(data)
            upstream?.write(ByteBuffer(string: "\r\n"))
        } else {
            upstream?.write(data)
        }
    }

    func forward(trailers: [HTTPField], _ headers: HPACKHeaders) {
        guard let exchange = current, !exchange.isAnsweredHere else { return }
        exchange.trailers = (trailers, headers)
        exchange.trace?.update { $0.setFact("request_trailers", SecretFields.redacted(trailers)) }
    }

    /// Says upstream that the request is complete, where its bytes do not say so.
    func sendEnd(_ exchange: HTTPExchange) {
        guard let request = exchange.http2, !exchange.isAnsweredHere else { return }
        if let stream = upstream?.stream {
            if let trailers = exchange.trailers { stream.send(trailers: trailers.headers) } else { stream.end() }
        } else if request.needsChunks {
            let trailers = exchange.trailers?.fields.map { "\($0.name): \($0.value)\r\n" }.joined() ?? ""
            upstream?.write(ByteBuffer(string: "0\r\n\(trailers)\r\n"))
        }
    }
}
