import Logging
import NIOCore
import NIOHPACK
import OneShotCore
import OneShotStore
import OneShotWire

extension ClientHandler {
    /// Takes what has arrived of requests: one at a time, the next when the answer to the last one is complete.
    func processRequests() {
        guard !isProcessing else { return }
        isProcessing = true
        do {
            while case .http = mode, !isWaiting, current.map({ !$0.requestEnded }) ?? true {
                if let stream {
                    guard let event = stream.next() else { break }
                    take(event)
                    continue
                }
                guard let event = try requests.next() else { break }
                switch event {
                case .head(let head, _): begin(head)
                case .body(let raw, let data): forward(raw, data: data)
                case .end: endRequest()
                }
            }
        } catch {
            switch error {
            case .headTooLarge, .tooManyFields: reject("\(error)", isTooLarge: true)
            default: reject("\(error)")
            }
        }
        isProcessing = false
        resumeReading()
    }

    private func take(_ event: HTTP2MessageReader.Event) {
        switch event {
        case .request(let request) where request.head.fields.count > core.configuration.limits.headFields:
            reject("the head has too many fields", isTooLarge: true)
        case .request(let request): begin(request.head, request)
        case .response: break
        case .data(let data): forward(data)
        case .trailers(let fields, let headers): forward(trailers: fields, headers)
        case .end: endRequest()
        }
    }

    private func begin(_ head: HTTPHead, _ http2: HTTP2Request? = nil) {
        if head.method == "CONNECT" {
            beginConnect(head)
            return
        }
        switch target(of: head) {
        case .malformed(let problem):
            refuseConnection(status: 400, reason: "Bad Request", text: problem)
        case .page(let path):
            let destination = Destination(origin: Origin(isTLS: false, host: "localhost", port: 80), path: path)
            current = HTTPExchange(head: head, destination: destination, trace: nil, session: "")
            answer(
                SessionPages.page(path, head, core: core)
                    ?? LocalPages.page(path, core: core, isAdmitted: isAdmitted(head))
            )
        case .foreign(let host):
            core.logger.notice("refused a page to a client that calls this recorder \(host.prefix(80))")
            refuseConnection(
                status: 403,
                reason: "Forbidden",
                text: "this recorder has no such name: \(host.prefix(80))"
            )
        case .remote(let destination):
            if case .proxy = scope, !isAdmitted(head) {
                demandCredentials()
            } else {
                begin(head, http2, to: destination)
            }
        }
    }

    private func begin(_ head: HTTPHead, _ http2: HTTP2Request?, to destination: Destination) {
        if case .proxy = scope, core.configuration.session == nil { identity.runID = SessionIdentity.runID(in: head) }
        guard core.reads(destination, head) || core.configuration.interception.others == .refuse else {
            beginUnread(head, to: destination)
            return
        }
        let agent = SessionIdentity.agentSession(in: head)
        let trace = makeTrace(method: head.method, url: destination.url, transport: .http, head: head, agent: agent)
        if let upstream = destination.upstream {
            trace.update { $0.setFact("upstream", .string(upstream.origin.description)) }
        }
        let session = identity.sessionID(agent: agent)
        let exchange = HTTPExchange(head: head, destination: destination, trace: trace, session: session)
        exchange.http2 = http2
        current = exchange
        guard core.reads(destination, head) else {
            refuse(exchange, LocalPages.forbidden(destination.origin))
            return
        }
        let isUpgrade = head.isWebSocketUpgrade && ModelCall.matchesUpgrade(target: destination.path)
        let isCall = ModelCall.matches(method: head.method, target: destination.path)
        if isUpgrade || isCall, let stop = core.ledger.refusal(of: session) {
            refuse(exchange, LocalPages.exhausted(stop))
            return
        }
        if isCall, !meter(exchange) { return }
        if exchange.held == nil { dispatch(exchange) }
    }

    /// A request without TLS to a host that is not read: it is passed on, and no more is kept of it than of a tunnel.
    private func beginUnread(_ head: HTTPHead, to destination: Destination) {
        let url = destination.origin.description
        let trace = makeTrace(method: head.method, url: url, transport: .tunnel, head: nil, agent: nil)
        let exchange = HTTPExchange(head: head, destination: destination, trace: nil, session: "")
        exchange.unread = Tunnel(trace: trace)
        current = exchange
        dispatch(exchange)
    }

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
        if let token = core.configuration.credentials[destination.origin.host] {
            setting.append(Self.credential(token, like: head))
            exchange.trace?.update { $0.secrets.append(token) }
        }
        responses.requestMethod = head.method
        upstream?.requests += 1
        if let request = exchange.http2 {
            send(request, target: target, setting)
            exchange.released.forEach { send($0, of: exchange) }
            exchange.released = []
            if exchange.requestEnded { sendEnd(exchange) }
            return
        }
        upstream?.write(
            head.edited(
                target: target == head.target ? nil : target,
                dropping: head.fields.contains { SecretFields.dropped.contains($0.name.lowercased()) }
                    ? SecretFields.dropped : [],
                setting: setting
            )
        )
        // What was kept back until the budget had been asked.
        exchange.released.forEach { upstream?.write($0) }
        exchange.released = []
    }

    private func send(_ request: HTTP2Request, target: String, _ setting: [HTTPField]) {
        if let stream = upstream?.stream {
            stream.send(head: request.edited(dropping: SecretFields.dropped, setting: setting))
        } else {
            upstream?.write(
                request.http1(target: target, dropping: SecretFields.dropped, setting: setting)
            )
        }
    }

    /// The token in the field in which this client sends its own.
    private static func credential(_ token: String, like head: HTTPHead) -> HTTPField {
        let own = ["x-api-key", "api-key", "x-goog-api-key"].first { head.first($0) != nil }
        return own.map { HTTPField($0, token) } ?? HTTPField("Authorization", "Bearer \(token)")
    }

    private func forward(_ raw: ByteBuffer, data: ByteBuffer) {
        guard let exchange = current, !exchange.isAnsweredHere else { return }
        exchange.unread?.sent += raw.readableBytes
        exchange.trace?.update { $0.requestBody.append(data) }
        if exchange.held != nil { hold(raw, data: data, of: exchange) } else { upstream?.write(raw) }
    }

    /// A piece of a body that came over HTTP/2.
    private func forward(_ data: ByteBuffer) {
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

    private func forward(trailers: [HTTPField], _ headers: HPACKHeaders) {
        guard let exchange = current, !exchange.isAnsweredHere else { return }
        exchange.trailers = (trailers, headers)
        exchange.trace?.update { $0.setFact("request_trailers", SecretFields.redacted(trailers)) }
    }

    /// Says upstream that the request is complete, where its bytes do not say so.
    private func sendEnd(_ exchange: HTTPExchange) {
        guard let request = exchange.http2, !exchange.isAnsweredHere else { return }
        if let stream = upstream?.stream {
            if let trailers = exchange.trailers { stream.send(trailers: trailers.headers) } else { stream.end() }
        } else if request.needsChunks {
            let trailers = exchange.trailers?.fields.map { "\($0.name): \($0.value)\r\n" }.joined() ?? ""
            upstream?.write(ByteBuffer(string: "0\r\n\(trailers)\r\n"))
        }
    }

    private func endRequest() {
        guard let exchange = current else { return }
        exchange.requestEnded = true
        // One that was kept back is sent, with its end, by what releases it.
        if exchange.held == nil { sendEnd(exchange) }
        if let trace = exchange.trace, trace.draft.requestBody.total > 0, trace.isOpen {
            learnAgentSession(exchange, trace)
            trace.updateNow { _ in }
        }
        if exchange.held != nil { release(exchange) }
        finishIfDone()
    }

    /// Clients that send no session header may name their session in the body.
    private func learnAgentSession(_ exchange: HTTPExchange, _ trace: ExchangeTrace) {
        guard trace.draft.row.agentSessionID == nil,
            let agent = SessionIdentity.agentSession(in: trace.draft.requestBody)
        else { return }
        let session = identity.sessionID(agent: agent)
        exchange.session = session
        exchange.call?.move(to: session)
        trace.update { draft in
            draft.row.agentSessionID = agent
            draft.row.sessionID = session
        }
    }

    func finishIfDone() {
        guard let exchange = current, exchange.requestEnded, exchange.responseEnded else { return }
        exchange.trace?.end(.complete)
        current = nil
        // A stream carries one exchange, and has ended by itself.
        guard stream == nil else { return }
        if exchange.closesAfter { closeAfterFlush() } else { processRequests() }
    }
}

// MARK: - Where requests go

extension ClientHandler {
    private func target(of head: HTTPHead) -> RequestTarget {
        let hosts = head.values("host")
        guard hosts.count <= 1 else { return .malformed("the request has two Host fields") }
        switch scope {
        case .inside(let origin): return inside(origin, head)
        case .reverse(let upstream): return reverse(upstream, head, host: hosts.first)
        case .proxy: break
        }
        if head.target.hasPrefix("/") {
            // Addressed to us, unless the name that the client used is one that we stand in for.
            if let origin = hosts.first.flatMap({ Origin(authority: $0[...], isTLS: false) }),
                let upstream = core.upstream(for: origin)
            {
                return .remote(Destination(origin: origin, upstream: upstream, path: head.target))
            }
            return isOwnHost(hosts.first) ? .page(head.target) : .foreign(host: hosts.first ?? "nothing")
        }
        guard let (origin, path) = Self.absolute(head.target) else {
            return .malformed("the request names no host: \(head.target.prefix(80))")
        }
        if origin.host == "mitm.it" { return .page(path) }
        if core.isOwn(origin) { return .page(path) }
        return .remote(Destination(origin: origin, upstream: core.upstream(for: origin), path: path))
    }

    /// On a port that stands for an upstream everything goes there; `/~NAME` before the path names the run.
    private func reverse(_ upstream: Upstream, _ head: HTTPHead, host: String?) -> RequestTarget {
        guard isOwnHost(host) else { return .foreign(host: host ?? "nothing") }
        var path = head.target
        if let (origin, rest) = Self.absolute(path) {
            guard core.isOwn(origin) else {
                return .malformed("this port stands for \(upstream.origin) and is no proxy")
            }
            path = rest
        }
        guard path.hasPrefix("/") || path == "*" else { return .malformed("the request names no path") }
        var run: RunID?
        if path.hasPrefix("/~") {
            let name = path.dropFirst(2).prefix { $0 != "/" && $0 != "?" }
            run = RunID(String(name))
            guard run != nil else { return .malformed("/~\(name.prefix(80)) does not begin with a run id") }
            let rest = path[name.endIndex...]
            path = rest.hasPrefix("/") ? String(rest) : "/\(rest)"
        }
        if core.configuration.session == nil { identity.runID = run }
        return .remote(
            Destination(
                origin: upstream.origin,
                upstream: core.upstream(for: upstream.origin),
                path: path == "*" ? path : upstream.pathPrefix + path,
                isReverse: true
            )
        )
    }

    private func inside(_ origin: Origin, _ head: HTTPHead) -> RequestTarget {
        let upstream = core.upstream(for: origin)
        if head.target.hasPrefix("/") || head.target == "*" {
            return .remote(Destination(origin: origin, upstream: upstream, path: head.target))
        }
        guard let (named, path) = Self.absolute(head.target), named.host == origin.host else {
            return .malformed("the request names another host than its connection")
        }
        return .remote(Destination(origin: origin, upstream: upstream, path: path))
    }

    private static func absolute(_ target: String) -> (Origin, path: String)? {
        let schemes = [("http://", false), ("https://", true)]
        guard let (scheme, isTLS) = schemes.first(where: { target.lowercased().hasPrefix($0.0) }) else { return nil }
        let rest = target.dropFirst(scheme.count)
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        let path = rest[authority.endIndex...]
        // Credentials in a URL are not forwarded by anybody.
        let host = authority.split(separator: "@").last ?? ""
        guard let origin = Origin(authority: host, isTLS: isTLS) else { return nil }
        return (origin, path.hasPrefix("/") ? String(path) : "/\(path)")
    }
}

extension ClientHandler: HTTP2StreamOwner, UpstreamOwner {
    func streamHasEvents() { processRequests() }
    func streamFailed(_ error: HTTP2MessageError) { reject("\(error)") }
}
