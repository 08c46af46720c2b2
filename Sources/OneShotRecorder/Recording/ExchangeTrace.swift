import NIOCore
import OneShotCore
import OneShotStore
import OneShotWire

/// One exchange while it happens, on one event loop: gathers what arrives and hands it to the writer at the first
/// byte, a few times a second, whenever much has come together, and at the end.
final class ExchangeTrace {
    private(set) var draft: ExchangeDraft
    private let writer: ExchangeWriter
    private let eventLoop: any EventLoop
    private var flush: Scheduled<Void>?
    /// More than this does not wait here.
    private static let unsentLimit = 64 << 10

    init(_ draft: ExchangeDraft, writer: ExchangeWriter, eventLoop: any EventLoop) {
        self.draft = draft
        self.writer = writer
        self.eventLoop = eventLoop
        submit()
    }

    var isOpen: Bool { !draft.isFinal }

    /// Changes the draft; the change is on its way to the database within half a second.
    func update(_ change: (inout ExchangeDraft) -> Void) {
        guard isOpen else { return }
        change(&draft)
        if draft.unsentBytes >= Self.unsentLimit {
            submit()
            return
        }
        guard flush == nil else { return }
        flush = eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(400)) { [weak self] in
            guard let self else { return }
            flush = nil
            if isOpen { submit() }
        }
    }

    /// The same, without waiting.
    func updateNow(_ change: (inout ExchangeDraft) -> Void) {
        guard isOpen else { return }
        change(&draft)
        submit()
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
        draft.requestBody.closeWindow()
        submit()
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

    private func submit() {
        writer.submit(draft)
        draft.markSent()
    }
}
