import Dispatch
import Foundation
import Logging
import NIOConcurrencyHelpers
import OneShotCore
import OneShotStore

/// Takes drafts from event loops without ever making them wait, and writes them to the database in batches.
///
/// Drafts of one exchange that were not written yet are joined, and bodies that come faster than they are written wait
/// outside of memory (``Overflow``). When the database refuses (locked, disk full), or when
/// drafts come faster than it takes them, changes go to a spool beside it, and from there into the database in their
/// order. Only when the spool refuses too, changes wait in memory, up to a limit; past that, bodies are let go, which is
/// counted as lost.
final class ExchangeWriter: Sendable {
    private struct State {
        /// In the order of the first submission that is not written yet.
        var order: [Int] = []
        var pending: [Int: ExchangeDraft] = [:]
        var weight = 0
        /// Those of `pending` that are worth being put away.
        var bulky: Set<Int> = []
        var isPuttingAway = false
        /// Of the batch that is being written.
        var taken = 0
        var waiter: CheckedContinuation<Void, Never>?
        var isStarted = false
        var starting: CheckedContinuation<Void, Never>?
        var isFinished = false
        var backlog = Backlog.Counts()
        var lost = 0
        var trouble: String?
        var store: RawStore?
        var tally = Tally()
        var states: [Int: Exchange.State] = [:]
    }

    /// Exchanges by state, since the start.
    struct Tally: Sendable {
        var total = 0
        var byState: [Exchange.State: Int] = [:]
    }

    let database: URL
    let fingerprintKey: URL
    let logger: Logger
    /// Of what waits in memory, in bytes.
    let weightLimit: Int
    private let state: NIOLockedValueBox<State>
    private let overflow: Overflow
    private let disk = DispatchQueue(label: "oneshot.recorder.overflow")
    /// More than this does not wait in memory, in bytes.
    private static let memoryLimit = 4 << 20

    /// - Parameters:
    ///   - store: nil where it could not be opened yet.
    ///   - database: the store's file; the spool and the key of the fingerprints are beside it.
    init(
        store: RawStore?,
        database: URL,
        fingerprintKey: URL? = nil,
        logger: Logger,
        weightLimit: Int = 512 << 20
    ) {
        state = NIOLockedValueBox(State(store: store))
        self.database = database
        self.fingerprintKey = fingerprintKey ?? FingerprintKey.url(beside: database)
        self.logger = logger
        self.weightLimit = weightLimit
        overflow = Overflow(directory: database.deletingLastPathComponent())
    }

    var tally: Tally { state.withLockedValue { $0.tally } }
    /// Changes that are in memory only.
    var pendingCount: Int { state.withLockedValue { $0.pending.count + $0.taken + $0.backlog.held } }
    /// Changes that are on disk, and not in the database yet.
    var spooled: Int { state.withLockedValue { $0.backlog.spooled } }
    /// Exchanges that could not be recorded, or not with their bodies.
    var lost: Int { state.withLockedValue { $0.lost } }
    /// Why the database refused to be written the last time; nil once it has worked again.
    var trouble: String? { state.withLockedValue { $0.trouble } }

    /// Nil while it could not be opened.
    var store: RawStore? { state.withLockedValue { $0.store } }

    /// The database, opened where that did not work before.
    ///
    /// - Throws: ``StoreError``.
    func openedStore(patience: Duration) throws -> RawStore {
        if let store { return store }
        let opened = try RawStore.openForWriting(database, patience: patience)
        state.withLockedValue { $0.store = opened }
        return opened
    }

    /// Takes what is new of an exchange. The caller then lets go of it (``ExchangeDraft/markSent()``).
    func submit(_ draft: ExchangeDraft) {
        let (waiter, isTooMuch) = state.withLockedValue { state in
            Self.count(draft, in: &state)
            var draft = draft
            if var earlier = state.pending.removeValue(forKey: draft.key) {
                state.weight -= earlier.weight
                draft.absorb(&earlier)
            } else {
                state.order.append(draft.key)
            }
            if state.weight + overflow.inMemory + draft.weight > weightLimit, !draft.hasLostBodies {
                draft.dropBodies()
                state.lost += 1
            }
            Self.put(draft, into: &state)
            defer { state.waiter = nil }
            return (state.waiter, shouldPutAway(&state))
        }
        waiter?.resume()
        if isTooMuch { disk.async { self.putAway() } }
    }

    private static func put(_ draft: ExchangeDraft, into state: inout State) {
        state.weight += draft.weight
        if draft.unsentBytesInMemory >= 16 << 10 { state.bulky.insert(draft.key) }
        state.pending[draft.key] = draft
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

// MARK: - What does not wait in memory

extension ExchangeWriter {
    private func shouldPutAway(_ state: inout State) -> Bool {
        guard !state.isPuttingAway, state.weight > Self.memoryLimit, !state.bulky.isEmpty, overflow.isUsable else {
            return false
        }
        state.isPuttingAway = true
        return true
    }

    /// Moves bodies into the overflow until few enough are in memory. Its queue is apart from all else, since a disk may
    /// keep it waiting.
    private func putAway() {
        var pieces: [Overflow.Piece] = []
        repeat {
            pieces = state.withLockedValue { state in
                state.isPuttingAway = false
                guard shouldPutAway(&state) else { return [] }
                var pieces: [Overflow.Piece] = []
                for key in state.bulky {
                    guard var draft = state.pending.removeValue(forKey: key) else { continue }
                    state.weight -= draft.weight
                    pieces += draft.moveAway(to: overflow)
                    state.weight += draft.weight
                    state.pending[key] = draft
                }
                state.bulky = []
                return pieces
            }
            for piece in pieces where overflow.isUsable { piece.putAway() }
        } while !pieces.isEmpty
    }
}

// MARK: - The start

extension ExchangeWriter {
    /// Returns once what earlier recorders left is in order, or the database refuses. One caller.
    func waitForStart() async {
        await withCheckedContinuation { continuation in
            let isStarted = state.withLockedValue { state in
                if !state.isStarted { state.starting = continuation }
                return state.isStarted
            }
            if isStarted { continuation.resume() }
        }
    }

    func markStarted() {
        let waiter = state.withLockedValue { state -> CheckedContinuation<Void, Never>? in
            state.isStarted = true
            defer { state.starting = nil }
            return state.starting
        }
        waiter?.resume()
    }
}

// MARK: - For the writing task

extension ExchangeWriter {
    var isFinished: Bool { state.withLockedValue { $0.isFinished } }
    /// Of the drafts that nobody has taken yet, in bytes of memory.
    var pendingWeight: Int { state.withLockedValue { $0.weight } + overflow.inMemory }

    /// Returns once there is something to write, or never will be.
    func waitForWork() async {
        // Not an AsyncStream: that one ends when its task is cancelled, and what is in flight then still has to be
        // written.
        await withCheckedContinuation { continuation in
            let isReady = state.withLockedValue { state in
                state.taken = 0
                if !state.order.isEmpty || state.isFinished { return true }
                state.waiter = continuation
                return false
            }
            if isReady { continuation.resume() }
        }
    }

    /// At most 512 drafts or about 4 MiB, so that neither a batch nor its transaction gets large. Of a draft with more
    /// than 1 MiB comes the beginning; the rest goes to the end of the queue, so that no other waits for all of it.
    func takeBatch() -> [ExchangeDraft] {
        state.withLockedValue { state in
            var batch: [ExchangeDraft] = []
            var weight = 0
            var rests: [Int] = []
            for key in state.order where batch.count < 512 && weight < 4 << 20 {
                guard var draft = state.pending.removeValue(forKey: key) else { continue }
                state.weight -= draft.weight
                state.bulky.remove(key)
                if let first = draft.takeFirst(1 << 20) {
                    Self.put(draft, into: &state)
                    rests.append(key)
                    draft = first
                }
                batch.append(draft)
                weight += 4096 + draft.unsentBytes
            }
            state.order.removeFirst(batch.count)
            state.order += rests
            state.taken = batch.count
            return batch
        }
    }

    func note(_ counts: Backlog.Counts) { state.withLockedValue { $0.backlog = counts } }

    func note(lost: Int) {
        guard lost > 0 else { return }
        let isFirst = state.withLockedValue { state in
            defer { state.lost += lost }
            return state.lost == 0
        }
        if isFirst { logger.error("there is no room left, neither on disk nor in memory: exchanges are not recorded") }
    }

    /// - Parameter trouble: nil when a write has worked.
    func note(trouble error: (any Error)?) {
        let text = error.map { "\($0)".firstLine }
        let isNew = state.withLockedValue { state in
            defer { state.trouble = text }
            return state.trouble != text
        }
        guard isNew else { return }
        if let text {
            logger.error("the database refuses to be written, trying again: \(text)")
        } else {
            logger.notice("the database takes what is written again")
        }
    }
}
