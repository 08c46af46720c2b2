import Foundation
import Logging
import NIOCore
import NIOHTTP2
import OneShotCore
import OneShotStore
import OneShotWire

/// How connections end, and the rows they begin.
extension ClientHandler {
    /// The connection is over, for whatever reason: nothing stays in flight.
    func endExchanges(by party: String) {
        if let exchange = current {
            if exchange.responseEnded { exchange.trace?.end(.complete) } else { exchange.trace?.cut(by: party) }
        }
        current = nil
        tunnel?.end()
        tunnel = nil
        if case .webSocket(let tap) = mode { tap.ended(by: party) }
        mode = .closing
        upstream?.detach()
        upstream = nil
    }

    /// Sends what is waiting, then closes.
    ///
    /// - Parameter lingering: the client is still sending; a moment is left for our answer to arrive, because bytes
    ///   that meet a closed socket make the system throw away what the client has not read.
    func closeAfterFlush(lingering: Bool = false) {
        mode = .closing
        upstream?.detach()
        upstream = nil
        if let stream {
            // A complete answer needs no more of its request; an incomplete one must not look complete.
            stream.reset(stream.hasEnded ? .noError : resetCode)
            return
        }
        let isolated = channel.eventLoop.assumeIsolated()
        let written = channel.eventLoop.makePromise(of: Void.self)
        context?.writeAndFlush(wrapOutboundOut(ByteBuffer()), promise: written)
        written.futureResult.assumeIsolated().whenComplete { [weak self] _ in
            guard lingering else {
                self?.context?.close(promise: nil)
                return
            }
            isolated.scheduleTask(in: .milliseconds(500)) { self?.context?.close(promise: nil) }
        }
    }

    /// A client that does not trust our certificate is the commonest mistake in setting things up.
    func recordFailedHandshake(_ error: any Error) {
        isHandshaking = false
        guard case .inside(let origin) = scope else { return }
        let text = "\(error)"
        let isDistrust = ["UNKNOWN_CA", "CERTIFICATE_UNKNOWN", "BAD_CERTIFICATE"].contains { text.contains($0) }
        let reason =
            isDistrust
            ? "a client of \(origin.host) does not trust the certificate of the recorder: run the agent with 'oneshot trace', "
                + "or point its CA variable to \(core.configuration.authority.certificateURL.path)"
            : "a client of \(origin.host) gave up the TLS handshake: \(text.firstLine)"
        if isDistrust { core.noteUntrusted(reason) }
        let trace = makeTrace(method: "CONNECT", url: origin.description, transport: .tunnel, head: nil, agent: nil)
        trace.cut(by: "client", reason: reason)
    }

    /// A new row, in flight.
    func makeTrace(
        method: String,
        url: String,
        transport: Exchange.Transport,
        head: HTTPHead?,
        agent: String?,
        startedAtMs: Int64 = Timestamp.milliseconds()
    ) -> ExchangeTrace {
        let row = Exchange(
            startedAtMs: startedAtMs,
            method: method,
            url: url,
            transport: transport,
            sessionID: identity.sessionID(agent: agent),
            agentSessionID: agent
        )
        var draft = ExchangeDraft(key: core.nextKey(), row: row, bodyLimit: core.configuration.bodyLimit)
        draft.requestHead = head
        draft.runID = identity.runID?.description
        return ExchangeTrace(draft, writer: core.writer, clock: traceClock)
    }
}
