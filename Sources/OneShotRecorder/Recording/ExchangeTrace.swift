import NIOCore
import OneShotCore
import OneShotStore
import OneShotWire

/// One exchange while it happens, on one event loop: gathers what arrives and hands it to the writer a moment after it
/// began and after each of its turns, a few times a second, whenever much has come together, and at the end. One that is
/// over within that moment is handed over once.
final class ExchangeTrace {
    private(set) var draft: ExchangeDraft
    /// When what is new is to be handed over; nil where nothing is.
    private(set) var due: NIODeadline?
    private let writer: ExchangeWriter
    private let clock: TraceClock
    private var isUrgent = false
    /// More than this does not wait here.
    private static let unsentLimit = 64 << 10

    init(_ draft: ExchangeDraft, writer: ExchangeWriter, clock: TraceClock) {
        self.draft = draft
        self.writer = writer
        self.clock = clock
        handOverSoon()
    }

    var isOpen: Bool { !draft.isFinal }

    /// Changes the draft; the change is on its way to the database within half a second.
    func update(_ change: (inout ExchangeDraft) -> Void) {
        guard isOpen else { return }
        change(&draft)
        if draft.unsentBytes >= Self.unsentLimit {
            handOver()
        } else if due == nil {
            handOver(within: .milliseconds(400))
        }
    }

    /// The same, within a fiftieth of a second.
    func updateSoon(_ change: (inout ExchangeDraft) -> Void) {
        guard isOpen else { return }
        change(&draft)
        handOverSoon()
    }

    /// Ends the exchange; later changes are ignored.
    func end(_ state: Exchange.State, cutBy: String? = nil, _ change: (inout ExchangeDraft) -> Void = { _ in }) {
        guard isOpen else { return }
        change(&draft)
        draft.row.state = state
        draft.row.cutBy = cutBy
        draft.row.endedAtMs = Timestamp.milliseconds()
        draft.requestBody.closeWindow()
        handOver()
    }

    /// Ends it early.
    ///
    /// - Parameters:
    ///   - party: `client`, `upstream` or `recorder`.
    ///   - reason: one line for a person.
    func cut(by party: String, reason: String? = nil) {
        end(.cut, cutBy: party) { draft in
            if let reason { draft.setFact("error", .string(reason)) }
        }
    }

    private func handOverSoon() {
        guard !isUrgent else { return }
        isUrgent = true
        handOver(within: .milliseconds(20))
    }

    private func handOver(within delay: TimeAmount) {
        let isNew = due == nil
        let due = NIODeadline.now() + delay
        self.due = due
        clock.wake(self, at: due, isNew: isNew)
    }

    /// Gives the writer what is new.
    func handOver() {
        if due != nil { clock.forget(self) }
        due = nil
        isUrgent = false
        writer.submit(draft)
        draft.markSent()
    }
}

/// When the traces of one connection are handed over. One timer serves them all, and an exchange that is over before it
/// fires costs none.
final class TraceClock {
    private let eventLoop: any EventLoop
    private var waiting: [ExchangeTrace] = []
    private var next = NIODeadline.distantFuture

    init(eventLoop: any EventLoop) { self.eventLoop = eventLoop }

    /// - Parameter isNew: it was not waiting until now.
    fileprivate func wake(_ trace: ExchangeTrace, at due: NIODeadline, isNew: Bool) {
        if isNew { waiting.append(trace) }
        schedule(due)
    }

    fileprivate func forget(_ trace: ExchangeTrace) { waiting.removeAll { $0 === trace } }

    private func schedule(_ due: NIODeadline) {
        guard due < next else { return }
        next = due
        eventLoop.assumeIsolated().scheduleTask(deadline: due) { self.fire() }
    }

    private func fire() {
        next = .distantFuture
        let now = NIODeadline.now()
        for trace in waiting where trace.due.map({ $0 <= now }) ?? true { trace.handOver() }
        if let due = waiting.compactMap(\.due).min() { schedule(due) }
    }
}
