import NIOCore
import OneShotCore
import OneShotWire

/// One call of a model on its way, on one event loop: reads what was used out of the answer as it passes. When it goes
/// away, what was set aside for it is free again.
final class MeteredCall {
    private(set) var session: String
    private let ledger: SessionLedger
    private let facts: CallFacts?
    private var price: ModelPrice?
    private let reservation: SessionLedger.Reservation
    private var meter: UsageMeter?
    /// Something of an answer has come that is no error.
    private var hasAnswer = false
    private var charged = 0.0

    init(
        ledger: SessionLedger,
        session: String,
        facts: CallFacts?,
        price: ModelPrice?,
        reservation: SessionLedger.Reservation
    ) {
        self.ledger = ledger
        self.session = session
        self.facts = facts
        self.price = price
        self.reservation = reservation
    }

    deinit {
        let isEstimated = estimate()
        ledger.close(
            session: session,
            reservation,
            input: meter?.usage.inputTokens ?? 0,
            unpriced: price == nil && meter?.usage != Usage() ? facts?.model ?? meter?.model : nil,
            isEstimated: isEstimated
        )
    }

    /// The call turns out to be another session's.
    func move(to session: String) {
        guard session != self.session else { return }
        ledger.move(reservation, from: self.session, to: session)
        self.session = session
    }

    /// The head of the answer.
    func begin(_ head: HTTPHead) {
        hasAnswer = (200..<300).contains(head.status)
        meter = UsageMeter(response: head, watchesTools: ledger.watchesTools)
    }

    /// A part of the answer's body.
    func feed(_ bytes: ByteBuffer) {
        guard let used = meter?.feed(bytes) else { return }
        add(used)
    }

    /// The answer is complete.
    func finish() {
        guard let used = meter?.finish() else { return }
        add(used)
    }

    /// A message of an answer that comes in messages.
    func take(_ text: String) {
        var meter = meter ?? UsageMeter(watchesTools: ledger.watchesTools)
        hasAnswer = hasAnswer || text.containsBytes("\"response.")
        let used = meter.take(text)
        self.meter = meter
        add(used)
    }

    private func add(_ used: Usage) {
        if let tool = meter?.takeTool() { ledger.note(tool: tool, session: session) }
        guard used != Usage() else { return }
        if price == nil, let model = meter?.model { price = ledger.prices.price(of: model) }
        let total = price?.dollars(meter?.usage ?? Usage()) ?? 0
        ledger.add(used, dollars: total - charged, session: session)
        charged = total
    }

    /// What was used where the provider did not say: an answer that was cut, or an API that tells only who asks. Only
    /// for a session with limits, which would have none otherwise.
    ///
    /// - Returns: whether there was anything to estimate.
    private func estimate() -> Bool {
        guard let facts, hasAnswer, (meter?.usage ?? Usage()) == Usage() else { return false }
        let used = Usage(inputTokens: facts.estimatedInput, outputTokens: meter?.estimatedOutput ?? 0)
        ledger.add(used, dollars: price?.dollars(used) ?? 0, session: session)
        return true
    }
}
