import Logging
import NIOConcurrencyHelpers
import OneShotCore
import OneShotStore

/// Takes drafts from event loops without ever making them wait, and writes them to the database in batches.
///
/// Of a draft that is submitted again before it was written, only the newest is kept: what waits here is never more
/// than the exchanges that changed. When the database refuses (locked, disk full) the batch is tried again; when too
/// much piles up, rows are kept and bodies are let go, which is counted as lost.
final class ExchangeWriter: Sendable {
    private struct State {
        /// In the order of the first submission that is not written yet.
        var order: [Int] = []
        var pending: [Int: ExchangeDraft] = [:]
        var weight = 0
        var waiter: CheckedContinuation<Void, Never>?
        var isFinished = false
        var lost = 0
        var trouble: String?
        var tally = Tally()
        var states: [Int: Exchange.State] = [:]
    }

    /// Exchanges by state, since the start.
    struct Tally: Sendable {
        var total = 0
        var byState: [Exchange.State: Int] = [:]
    }

    private let store: RawStore
    private let logger: Logger
    private let weightLimit: Int
    private let state = NIOLockedValueBox(State())

    init(store: RawStore, logger: Logger, weightLimit: Int = 512 << 20) {
        self.store = store
        self.logger = logger
        self.weightLimit = weightLimit
    }

    var tally: Tally { state.withLockedValue { $0.tally } }
    var pendingCount: Int { state.withLockedValue { $0.pending.count } }
    var lost: Int { state.withLockedValue { $0.lost } }
    var trouble: String? { state.withLockedValue { $0.trouble } }

    func submit(_ draft: ExchangeDraft) {
        let waiter = state.withLockedValue { state -> CheckedContinuation<Void, Never>? in
            Self.count(draft, in: &state)
            var draft = draft
            if let earlier = state.pending[draft.key] {
                state.weight -= earlier.weight
            } else {
                state.order.append(draft.key)
            }
            if state.weight + draft.weight > weightLimit {
                draft.dropBodies()
                state.lost += 1
            }
            state.weight += draft.weight
            state.pending[draft.key] = draft
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume()
    }

    /// Nothing more will be submitted; ``run()`` returns once all is written.
    func finish() {
        let waiter = state.withLockedValue { state -> CheckedContinuation<Void, Never>? in
            state.isFinished = true
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume()
    }

    private static func count(_ draft: ExchangeDraft, in state: inout State) {
        if let earlier = state.states[draft.key] {
            state.tally.byState[earlier, default: 0] -= 1
        } else {
            state.tally.total += 1
        }
        state.tally.byState[draft.row.state, default: 0] += 1
        state.states[draft.key] = draft.isFinal ? nil : draft.row.state
    }
}

// MARK: - The writing task

extension ExchangeWriter {
    /// How long changes are gathered before they are written together.
    private static let gathering = Duration.milliseconds(20)
    /// How long the end of the recorder waits for a database that refuses.
    private static let patience = Duration.seconds(10)

    /// Writes until ``finish()``. One call at a time.
    func run() async {
        var ids: [Int: Int64] = [:]
        while await waitForWork() {
            if !state.withLockedValue({ $0.isFinished }) { try? await Task.sleep(for: Self.gathering) }
            let batch = takeBatch()
            guard let stored = await save(batch, ids: ids) else { return }
            for (draft, exchange) in zip(batch, stored) { ids[draft.key] = draft.isFinal ? nil : exchange.id }
        }
    }

    /// - Returns: nil when the recorder is at its end and the database still refuses.
    private func save(_ batch: [ExchangeDraft], ids: [Int: Int64]) async -> [Exchange]? {
        let rows = batch.map { $0.exchange(id: ids[$0.key]) }
        var delay = Duration.milliseconds(100)
        var finishedAt: ContinuousClock.Instant?
        while true {
            do {
                let stored = try await store.save(rows)
                state.withLockedValue { $0.trouble = nil }
                return stored
            } catch {
                note(error)
                if state.withLockedValue({ $0.isFinished }) {
                    let since = finishedAt ?? .now
                    finishedAt = since
                    if since.duration(to: .now) > Self.patience {
                        giveUp(batch)
                        return nil
                    }
                }
                try? await Task.sleep(for: delay)
                delay = min(delay * 2, .seconds(2))
            }
        }
    }

    /// - Returns: false once there is nothing to do and never will be.
    private func waitForWork() async -> Bool {
        // Not an AsyncStream: that one ends when its task is cancelled, and what is in flight then still has to be
        // written.
        await withCheckedContinuation { continuation in
            let isReady = state.withLockedValue { state in
                if !state.order.isEmpty || state.isFinished { return true }
                state.waiter = continuation
                return false
            }
            if isReady { continuation.resume() }
        }
        return state.withLockedValue { !$0.order.isEmpty }
    }

    /// At most 64 drafts or 32 MiB, so that no transaction gets long.
    private func takeBatch() -> [ExchangeDraft] {
        state.withLockedValue { state in
            var batch: [ExchangeDraft] = []
            var weight = 0
            for key in state.order where batch.count < 64 && weight < 32 << 20 {
                guard let draft = state.pending.removeValue(forKey: key) else { continue }
                batch.append(draft)
                weight += draft.weight
            }
            state.order.removeFirst(batch.count)
            state.weight -= weight
            return batch
        }
    }

    private func note(_ error: any Error) {
        let text = "\(error)".firstLine
        let isNew = state.withLockedValue { state in
            defer { state.trouble = text }
            return state.trouble != text
        }
        if isNew { logger.error("the database refuses to be written, trying again: \(text)") }
    }

    private func giveUp(_ batch: [ExchangeDraft]) {
        let lost = state.withLockedValue { state in
            state.lost += batch.count + state.order.count
            state.order = []
            state.pending = [:]
            return state.lost
        }
        logger.error("\(lost) changes of exchanges could not be written")
    }
}
