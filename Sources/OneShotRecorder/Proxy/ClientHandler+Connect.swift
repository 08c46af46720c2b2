import Logging
import NIOCore
import OneShotCore
import OneShotStore
import OneShotWire

/// A CONNECT that is passed through unread.
final class Tunnel {
    let trace: ExchangeTrace
    /// The client was already told that the connection is there.
    var isEstablished = false
    var sent = 0
    var received = 0

    init(trace: ExchangeTrace) { self.trace = trace }

    func end() {
        trace.end(.tunnelled) { draft in
            draft.setFact("bytes_sent", .init(sent))
            draft.setFact("bytes_received", .init(received))
        }
    }
}

/// A connection that was made before a request needed it, and that failed.
struct EarlyFailure {
    let origin: Origin
    /// One line for a person.
    let text: String
    let at = NIODeadline.now()
}

extension ClientHandler {
    private static let established = ByteBuffer(string: "HTTP/1.1 200 Connection established\r\n\r\n")

    func beginConnect(_ head: HTTPHead) {
        guard case .proxy = scope, let origin = Origin(authority: head.target[...], isTLS: true) else {
            refuseConnection(
                status: 400,
                reason: "Bad Request",
                text: "CONNECT needs host:port, and not inside another"
            )
            return
        }
        guard isAdmitted(head) else {
            demandCredentials()
            return
        }
        if core.configuration.session == nil { identity.runID = SessionIdentity.runID(in: head) }
        guard !core.isOwn(origin) else {
            refuseConnection(status: 403, reason: "Forbidden", text: "this is the recorder's own port")
            return
        }
        if core.intercepts(origin) {
            scope = .inside(origin)
            mode = .undecided(TunnelPreamble())
            write(Self.established)
            context?.flush()
            // While the client's handshake runs, the connection that it will need is made.
            openUpstream(to: core.upstream(for: origin)?.origin ?? origin)
            var preamble = TunnelPreamble()
            preamble.append(requests.takeBuffered())
            requests = HTTPMessageFramer(.requests, limits: core.configuration.limits.framing)
            decideProtocol(preamble)
            return
        }
        let trace = makeTrace(method: "CONNECT", url: origin.description, transport: .tunnel, head: head, agent: nil)
        if !core.configuration.interception.passes(origin.host, port: origin.port) {
            let refusal = LocalPages.forbidden(origin)
            trace.end(.refused) { $0.row.status = refusal.status }
            write(refusal.bytes(closing: true))
            closeAfterFlush()
            return
        }
        tunnel = Tunnel(trace: trace)
        connectUpstream(to: Origin(isTLS: false, host: origin.host, port: origin.port))
    }

    func beginTunnel(_ tunnel: Tunnel) {
        mode = .tunnel
        if !tunnel.isEstablished { write(Self.established) }
        tunnel.trace.updateSoon { $0.row.status = 200 }
        let early = requests.takeBuffered()
        guard early.readableBytes > 0 else { return }
        tunnel.sent += early.readableBytes
        upstream?.write(early)
    }

    /// Inside a CONNECT that we read.
    func decideProtocol(_ preamble: TunnelPreamble) {
        guard case .inside(let origin) = scope else { return }
        switch preamble.content {
        case nil: mode = .undecided(preamble)
        case .tls(let hello): decideVersion(hello, preamble.bytes, origin)
        case .http:
            let plain = Origin(isTLS: false, host: origin.host, port: origin.port)
            scope = .inside(plain)
            mode = .http
            upstream?.begin(core.security(for: core.upstream(for: plain)?.origin ?? plain))
            requests.append(preamble.bytes)
            processRequests()
        case .other: passThrough(preamble.bytes)
        }
    }

    /// The client is offered what the upstream speaks, because only then does it see what it would see without us. An
    /// upstream that is not known yet is asked first, while the client's handshake waits.
    private func decideVersion(_ hello: ClientHello, _ bytes: ByteBuffer, _ origin: Origin) {
        let redirection = core.upstream(for: origin)
        let known = hello.offersHTTP2 && redirection == nil ? core.protocols.known(of: origin) : .http1
        upstream?.begin(core.security(for: redirection?.origin ?? origin, offersHTTP2: known != .http1))
        if let known {
            startTLS(origin, first: bytes, offersHTTP2: known == .http2)
        } else if upstream == nil {
            startTLS(origin, first: bytes, offersHTTP2: false)
        } else {
            mode = .holding(bytes)
            // A client must not give up before it can be told that the upstream does not answer.
            channel.eventLoop.assumeIsolated().scheduleTask(in: .seconds(5)) { [weak self] in
                self?.releaseHandshake(offersHTTP2: false)
            }
        }
    }

    /// Lets the client's handshake begin that waited.
    func releaseHandshake(offersHTTP2: Bool) {
        guard case .holding(let bytes) = mode, case .inside(let origin) = scope else { return }
        startTLS(origin, first: bytes, offersHTTP2: offersHTTP2)
    }

    /// What is spoken inside this CONNECT is nothing that we read: it goes through as it is, and is counted.
    ///
    /// - Parameter early: what an upstream said that speaks first.
    func passThrough(_ bytes: ByteBuffer, early: ByteBuffer? = nil) {
        guard case .inside(let origin) = scope else { return }
        let isLimited = core.ledger.budget(of: identity.sessionID(agent: nil)) != nil
        guard core.configuration.interception.others == .tunnel, !isLimited else {
            refuseConnection(status: 400, reason: "Bad Request", text: "only TLS and HTTP are let through here")
            return
        }
        let trace = makeTrace(method: "CONNECT", url: origin.description, transport: .tunnel, head: nil, agent: nil)
        let tunnel = Tunnel(trace: trace)
        tunnel.isEstablished = true
        self.tunnel = tunnel
        mode = .http
        requests.append(bytes)
        if let upstream {
            upstream.begin(.none)
        } else if let text = takeEarlyFailure(of: core.upstream(for: origin)?.origin ?? origin) {
            failTunnel(tunnel, text)
        } else {
            connectUpstream(to: Origin(isTLS: false, host: origin.host, port: origin.port))
        }
        if let early { upstreamRead(early) }
    }

    func failTunnel(_ tunnel: Tunnel, _ text: String) {
        tunnel.trace.end(.cut, cutBy: "upstream") { draft in
            draft.row.status = 502
            draft.setFact("error", .string(text))
        }
        self.tunnel = nil
        core.logger.warning("\(text)")
        if tunnel.isEstablished {
            closeAfterFlush()
        } else {
            refuseConnection(status: 502, reason: "Bad Gateway", text: text)
        }
    }

    /// The upstream agreed to another protocol.
    func switchProtocols(_ exchange: HTTPExchange, _ head: HTTPHead) {
        write(head.bytes)
        let early = (client: requests.takeBuffered(), upstream: responses.takeBuffered())
        let unread = exchange.unread
        exchange.unread = nil
        current = nil
        guard let trace = exchange.trace ?? unread?.trace else { return }
        let url = exchange.destination.webSocketURL
        trace.updateSoon { draft in
            draft.row.status = 101
            draft.row.firstByteAtMs = Timestamp.milliseconds()
            guard unread == nil else { return }
            draft.responseHead = head
            if exchange.head.isWebSocketUpgrade {
                draft.row.transport = .websocket
                draft.row.url = url
            }
        }
        if unread == nil, exchange.head.isWebSocketUpgrade,
            let tap = WebSocketTap(trace, url: url, response: head, handler: self)
        {
            mode = .webSocket(tap)
            if early.upstream.readableBytes > 0 { tap.upstreamSent(early.upstream) }
            if early.client.readableBytes > 0 { tap.clientSent(early.client) }
        } else {
            mode = .tunnel
            tunnel = Tunnel(trace: trace)
            if early.upstream.readableBytes > 0 { upstreamRead(early.upstream) }
            tunnel?.sent += early.client.readableBytes
            if early.client.readableBytes > 0 { upstream?.write(early.client) }
        }
    }
}
