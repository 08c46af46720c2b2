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
                case .end:
                    note(requests.trailers, as: "request_trailers")
                    endRequest()
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
        let isRead = core.reads(destination, head)
        guard isRead || core.configuration.interception.others == .refuse else {
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
        guard isRead else {
            refuse(exchange, LocalPages.forbidden(destination.origin))
            return
        }
        let isUpgrade = head.isWebSocketUpgrade && ModelCall.matchesUpgrade(target: destination.path)
        let isCall = ModelCall.matches(method: head.method, target: destination.path)
        if let refusal = policyRefusal(of: head, to: destination, isUpgrade: isUpgrade) {
            refuse(exchange, refusal)
            return
        }
        if isUpgrade || isCall, let stop = core.ledger.refusal(of: session) {
            refuse(exchange, LocalPages.exhausted(stop))
            return
        }
        if isCall, !meter(exchange) { return }
        if policyAPI(of: exchange) != nil { hold(exchange) }
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

    private func endRequest() {
        guard let exchange = current else { return }
        exchange.requestEnded = true
        // One that was kept back is sent, with its end, by what releases it.
        if exchange.held == nil { sendEnd(exchange) }
        if let trace = exchange.trace, trace.draft.requestBody.total > 0, trace.isOpen {
            learnAgentSession(exchange, trace)
            trace.updateSoon { _ in }
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

    /// Trailers in chunks have gone on with the body's bytes; what is left is to record them.
    func note(_ trailers: [HTTPField], as name: String) {
        guard !trailers.isEmpty else { return }
        current?.trace?.update { $0.setFact(name, SecretFields.redacted(trailers)) }
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

extension ClientHandler: HTTP2StreamOwner, UpstreamOwner {
    func streamHasEvents() { processRequests() }
    func streamFailed(_ error: HTTP2MessageError) { reject("\(error)") }
}
