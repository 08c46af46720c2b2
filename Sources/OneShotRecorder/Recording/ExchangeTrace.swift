import NIOCore
import OneShotCore
import OneShotStore
import OneShotWire

/// One exchange while it happens, on one event loop: gathers what arrives and hands it to the writer at the first
/// byte, at least once a second, and at the end.
final class ExchangeTrace {
    private(set) var draft: ExchangeDraft
    private let writer: ExchangeWriter
    private let eventLoop: any EventLoop
    private var flush: Scheduled<Void>?

    init(_ draft: ExchangeDraft, writer: ExchangeWriter, eventLoop: any EventLoop) {
        self.draft = draft
        self.writer = writer
        self.eventLoop = eventLoop
        writer.submit(draft)
    }

    var isOpen: Bool { !draft.isFinal }

    /// Changes the draft; the change is on its way to the database within a second.
    func update(_ change: (inout ExchangeDraft) -> Void) {
        guard isOpen else { return }
        change(&draft)
        guard flush == nil else { return }
        // A long body is copied and written whole each time: the longer it is, the rarer.
        let delay: TimeAmount = draft.weight < 4 << 20 ? .milliseconds(500) : .seconds(Int64(draft.weight >> 22) + 1)
        flush = eventLoop.assumeIsolated().scheduleTask(in: delay) { [weak self] in
            guard let self else { return }
            flush = nil
            if isOpen { writer.submit(draft) }
        }
    }

    /// The same, without waiting.
    func updateNow(_ change: (inout ExchangeDraft) -> Void) {
        guard isOpen else { return }
        change(&draft)
        writer.submit(draft)
    }

    /// Ends the exchange; later changes are ignored.
    func end(_ state: Exchange.State, cutBy: String? = nil, _ change: (inout ExchangeDraft) -> Void = { _ in }) {
        guard isOpen else { return }
        flush?.cancel()
        flush = nil
        change(&draft)
        draft.row.state = state
        draft.row.cutBy = cutBy
        draft.row.endedAtMs = Timestamp.milliseconds()
        writer.submit(draft)
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
}
