import Logging
import NIOCore
import OneShotCore
import OneShotStore
import OneShotWire

/// A WebSocket that passes through: every byte is forwarded as it came, and a copy is read. Each `response.create` of
/// the Responses API with its answers becomes an exchange of its own; whatever else is said belongs to the upgrade.
final class WebSocketTap {
    private struct Request {
        var trace: ExchangeTrace
        /// Of several conversations in one socket (`stream_id`).
        var lane: String?
        /// Nil for a warm-up.
        var call: MeteredCall?
    }

    private unowned let handler: ClientHandler
    private let upgrade: ExchangeTrace
    private let url: String
    private var session: String
    private var clientFrames = WebSocketFrameParser()
    private var serverFrames = WebSocketFrameParser()
    private var clientMessages: WebSocketMessageAssembler
    private var serverMessages: WebSocketMessageAssembler
    /// Both directions could be read so far.
    private var isReadable = true
    /// In the order in which they were sent, which is the order in which those of one lane are answered.
    private var open: [Request] = []
    private var messageStartedAtMs: Int64?

    /// The client's message in flight is kept back until it is known what it is, because the budget is used up.
    private var isHolding = false
    private var held: [ByteBuffer] = []
    /// The client compresses each message by itself.
    private let startsAfresh: Bool
    /// A compressed message was kept from the upstream: later ones, which build on it, would make no sense there, and go
    /// there without compression.
    private var isOutOfStep = false
    private var isInControlFrame = false
    private var isMessageCompressed = false
    /// Our own messages that wait for the end of one of the server's.
    private var waiting: [ByteBuffer] = []

    init?(_ upgrade: ExchangeTrace, url: String, response: HTTPHead, handler: ClientHandler) {
        let deflate = PermessageDeflate(response: response)
        // A message is in memory until its end; most of them are shorter than this by far.
        let limit = min(handler.core.configuration.bodyLimit, 32 << 20)
        startsAfresh = deflate?.clientNoContextTakeover ?? false
        do {
            clientMessages = try WebSocketMessageAssembler(
                isDeflated: deflate != nil,
                noContextTakeover: startsAfresh,
                limit: limit
            )
            serverMessages = try WebSocketMessageAssembler(
                isDeflated: deflate != nil,
                noContextTakeover: deflate?.serverNoContextTakeover ?? false,
                limit: limit
            )
        } catch {
            return nil
        }
        self.upgrade = upgrade
        self.url = url
        self.handler = handler
        session = upgrade.draft.row.sessionID
    }

    private var core: RecorderCore { handler.core }
    private var policy: ServerToolPolicy? { core.configuration.serverTools }

    func ended(by party: String) {
        for request in open { request.trace.cut(by: party) }
        open = []
        // Codex ends its sockets without a Close frame: an end between requests is an end like any other.
        if party == "recorder" { upgrade.cut(by: party) } else { upgrade.end(.complete) }
    }

    private func giveUpReading(_ error: any Error) {
        isReadable = false
        for request in open { request.trace.cut(by: "recorder", reason: "the WebSocket could not be read: \(error)") }
        open = []
        upgrade.updateSoon { $0.setFact("unreadable", .string("\(error)")) }
        core.logger.warning("a WebSocket to \(url) could not be read and is only passed through: \(error)")
    }
}

// MARK: - From the client

extension WebSocketTap {
    func clientSent(_ bytes: ByteBuffer) {
        let budget = core.ledger.budget(of: session)
        let isGated = budget != nil || isOutOfStep || policy != nil
        // Without a budget nothing is ever kept back, so nothing has to be looked at first.
        if !isGated { handler.upstream?.write(bytes) }
        guard isReadable else {
            // What cannot be read cannot be held to a budget either.
            if isGated { handler.closeAfterFlush() }
            return
        }
        clientFrames.append(bytes)
        do {
            while let event = try clientFrames.next() {
                if isGated { gate(event, budget) }
                guard let message = try clientMessages.take(event), !message.opcode.isControl else { continue }
                clientCompleted(message)
            }
        } catch {
            giveUpReading(error)
            if isGated { handler.closeAfterFlush() }
        }
    }

    /// Passes a piece on, or holds it.
    private func gate(_ event: WebSocketFrameParser.Event, _ budget: Budget?) {
        let raw: ByteBuffer
        switch event {
        case .header(let header, let bytes):
            raw = bytes
            isInControlFrame = header.opcode.isControl
            if !isInControlFrame, header.opcode != .continuation {
                isMessageCompressed = header.isCompressed
                let mayBeRefused = budget?.readsRequests == true || core.ledger.refusal(of: session) != nil
                isHolding = mayBeRefused || policy != nil || isOutOfStep && isMessageCompressed
            }
        case .payload(let bytes, _): raw = bytes
        case .end: return
        }
        if isHolding, !isInControlFrame { held.append(raw) } else { handler.upstream?.write(raw) }
    }

    private func clientCompleted(_ message: WebSocketMessage) {
        let now = Timestamp.milliseconds()
        defer {
            isHolding = false
            held = []
        }
        guard message.opcode == .text, policy != nil || message.payload.containsBytes("response.create"),
            let json = try? JSON(parsing: message.payload.readableBytesView),
            json["type"]?.string == "response.create"
        else {
            // What cannot be read cannot be held to a policy.
            guard policy == nil || Self.isPlain(message) else { return handler.closeAfterFlush() }
            passOnHeld(message)
            let isText = message.opcode == .text
            upgrade.update {
                $0.append(.init(isFromClient: true, atMs: now, payload: message.payload, isText: isText))
            }
            return
        }
        begin(json, message, now: now)
    }

    /// A message of another type than a call, which it says once.
    private static func isPlain(_ message: WebSocketMessage) -> Bool {
        guard message.opcode == .text, !message.isTruncated,
            let json = try? JSON(parsing: message.payload.readableBytesView), case .object(let members) = json
        else { return false }
        return members.filter { $0.key == "type" }.count == 1
    }

    /// Sends what was kept back of a message, or something else in its place.
    private func passOnHeld(_ message: WebSocketMessage, as rewritten: ByteBuffer? = nil) {
        guard isHolding else { return }
        guard isOutOfStep && isMessageCompressed || rewritten != nil else {
            held.forEach { handler.upstream?.write($0) }
            return
        }
        guard !message.isTruncated else {
            handler.closeAfterFlush()
            return
        }
        // What comes later and builds on this message would make no sense upstream.
        if isMessageCompressed, !startsAfresh { isOutOfStep = true }
        let mask = UInt32.random(in: .min ... .max)
        let payload = rewritten ?? message.payload
        handler.upstream?.write(WebSocketFrameHeader.frame(message.opcode, payload: payload, mask: mask))
    }

    private func begin(_ json: JSON, _ message: WebSocketMessage, now: Int64) {
        let payload = message.payload
        let agent = SessionIdentity.agentSession(in: json) ?? upgrade.draft.row.agentSessionID
        let trace = handler.makeTrace(
            method: "WEBSOCKET",
            url: url,
            transport: .websocket,
            head: nil,
            agent: agent,
            startedAtMs: now
        )
        session = trace.draft.row.sessionID
        let secrets = upgrade.draft.secrets + (upgrade.draft.requestHead.map(SecretFields.values) ?? [])
        trace.updateSoon { draft in
            draft.secrets = secrets
            draft.requestBody.append(payload)
        }
        if upgrade.draft.row.agentSessionID == nil, let agent {
            let session = session
            upgrade.updateSoon { draft in
                draft.row.agentSessionID = agent
                draft.row.sessionID = session
            }
        }
        // A warm-up generates nothing.
        let isWarmUp = json["generate"]?.bool == false
        do throws(BudgetStop) {
            if isWarmUp, let stop = core.ledger.refusal(of: session) { throw stop }
            let isCounted = core.ledger.budget(of: session)?.readsRequests == true
            let facts = isHolding && isCounted ? CallFacts(body: payload) : nil
            let outcome = policy?.apply(to: json, of: .responses)
            if let refusal = outcome?.refusal { return refuse(trace, refusal) }
            open.append(
                Request(
                    trace: trace,
                    lane: json["stream_id"]?.string,
                    call: isWarmUp ? nil : try core.ledger.open(session: session, facts: facts)
                )
            )
            if let outcome, outcome.body != nil {
                core.ledger.note(outcome.stripped, session: session)
                trace.update { $0.setFact("stripped_tools", outcome.fact) }
            }
            passOnHeld(message, as: outcome?.body.map { ByteBuffer(string: $0.compactText) })
        } catch {
            refuse(trace, error.errorObject)
        }
    }

    private func refuse(_ trace: ExchangeTrace, _ reason: String) {
        refuse(
            trace,
            [
                "type": "invalid_request_error", "code": "oneshot_policy",
                "message": .string("oneshot: \(reason)"),
            ]
        )
    }

    private func refuse(_ trace: ExchangeTrace, _ problem: JSON) {
        if isMessageCompressed, !startsAfresh { isOutOfStep = true }
        let error: JSON = ["type": "error", "status": 400, "error": problem]
        let text = ByteBuffer(string: error.compactText)
        trace.end(.refused) { draft in
            draft.row.status = 400
            draft.append(.init(isFromClient: false, atMs: Timestamp.milliseconds(), payload: text, isText: true))
        }
        waiting.append(WebSocketFrameHeader.frame(.text, payload: text))
        sendWaiting()
    }

    /// A message of ours must not fall between the fragments of another.
    private func sendWaiting() {
        guard serverFrames.isBetweenFrames, serverMessages.isBetweenMessages else { return }
        waiting.forEach { handler.write($0) }
        waiting = []
    }
}

// MARK: - From the upstream

extension WebSocketTap {
    func upstreamSent(_ bytes: ByteBuffer) {
        handler.write(bytes)
        guard isReadable else { return }
        serverFrames.append(bytes)
        do {
            while let event = try serverFrames.next() {
                guard let message = try serverMessages.take(event), !message.opcode.isControl else { continue }
                serverCompleted(message)
            }
        } catch {
            giveUpReading(error)
        }
        if !waiting.isEmpty { sendWaiting() }
    }

    private func serverCompleted(_ message: WebSocketMessage) {
        let now = Timestamp.milliseconds()
        let recorded = ExchangeDraft.Message(
            isFromClient: false,
            atMs: now,
            payload: message.payload,
            isText: message.opcode == .text
        )
        guard !open.isEmpty else {
            upgrade.update { $0.append(recorded) }
            return
        }
        let place = answeredRequest(message.payload)
        open[place].trace.update { draft in
            draft.append(recorded)
            if draft.row.firstByteAtMs == nil { draft.row.firstByteAtMs = now }
        }
        open[place].call?.take(message.text)
        if let status = Self.terminalStatus(message.payload) {
            open[place].trace.end(.complete) { $0.row.status = status }
            open.remove(at: place)
        }
    }

    /// The request that a message answers: the oldest one of its lane, else the oldest one.
    private func answeredRequest(_ payload: ByteBuffer) -> Int {
        // Only where there are several is it worth reading.
        guard open.count > 1, open.contains(where: { $0.lane != nil }), payload.containsBytes("\"stream_id\""),
            let lane = (try? JSON(parsing: payload.readableBytesView))?["stream_id"]?.string
        else { return 0 }
        return open.firstIndex { $0.lane == lane } ?? 0
    }

    /// - Returns: the status that the last message of an answer stands for; nil for any other message.
    private static func terminalStatus(_ payload: ByteBuffer) -> Int? {
        let words = ["\"response.completed\"", "\"response.failed\"", "\"response.incomplete\"", "\"error\""]
        guard words.contains(where: payload.containsBytes), let json = try? JSON(parsing: payload.readableBytesView)
        else { return nil }
        switch json["type"]?.string {
        case "response.completed", "response.failed", "response.incomplete": return 200
        case "error": return json["status"]?.int ?? 400
        default: return nil
        }
    }
}
