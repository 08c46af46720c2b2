import NIOCore
import OneShotCore
import OneShotStore
import OneShotWire

/// A CONNECT that is passed through unread.
final class Tunnel {
    let trace: ExchangeTrace
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
        if core.configuration.session == nil { identity.runID = SessionIdentity.runID(in: head) }
        guard !core.isOwn(origin) else {
            refuseConnection(status: 403, reason: "Forbidden", text: "this is the recorder's own port")
            return
        }
        if core.intercepts(origin) {
            scope = .inside(origin)
            mode = .undecided
            write(Self.established)
            context?.flush()
            let early = requests.takeBuffered()
            requests = HTTPMessageFramer(.requests)
            if early.readableBytes > 0 { decideProtocol(early) }
            return
        }
        let trace = makeTrace(method: "CONNECT", url: origin.description, transport: .tunnel, head: head, agent: nil)
        if core.configuration.interception.others == .refuse {
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
        write(Self.established)
        tunnel.trace.updateNow { $0.row.status = 200 }
        let early = requests.takeBuffered()
        guard early.readableBytes > 0 else { return }
        tunnel.sent += early.readableBytes
        upstream?.write(early)
    }

    /// Inside a CONNECT that we read: a TLS record begins with 22 (RFC 8446, section 5.1), anything else is taken for
    /// plain HTTP, as clients send it that take the proxy for WebSockets without TLS.
    func decideProtocol(_ bytes: ByteBuffer) {
        guard case .inside(let origin) = scope, let first = bytes.readableBytesView.first else { return }
        if first == 22 {
            startTLS(origin, first: bytes)
        } else {
            scope = .inside(Origin(isTLS: false, host: origin.host, port: origin.port))
            mode = .http
            requests.append(bytes)
            processRequests()
        }
    }

    /// The upstream agreed to another protocol.
    func switchProtocols(_ exchange: HTTPExchange, _ head: HTTPHead) {
        write(head.bytes)
        let early = (client: requests.takeBuffered(), upstream: responses.takeBuffered())
        current = nil
        guard let trace = exchange.trace else { return }
        let url = exchange.destination.webSocketURL
        trace.updateNow { draft in
            draft.responseHead = head
            draft.row.status = 101
            draft.row.firstByteAtMs = Timestamp.milliseconds()
            if exchange.head.isWebSocketUpgrade {
                draft.row.transport = .websocket
                draft.row.url = url
            }
        }
        if exchange.head.isWebSocketUpgrade, let tap = WebSocketTap(trace, url: url, response: head, handler: self) {
            mode = .webSocket(tap)
            if early.upstream.readableBytes > 0 { tap.upstreamSent(early.upstream) }
            if early.client.readableBytes > 0 { tap.clientSent(early.client) }
        } else {
            mode = .tunnel
            tunnel = Tunnel(trace: trace)
            if early.upstream.readableBytes > 0 { upstreamRead(early.upstream) }
            if early.client.readableBytes > 0 { upstream?.write(early.client) }
        }
    }
}
