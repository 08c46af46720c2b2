public import Foundation
public import OneShotCore
import OneShotStore

/// Reads the recorder's exchanges and writes sessions: each time only what has changed since the last time.
///
/// What it has done is in the clean database's cursor; a cleaner that is started anew goes on there. Several polls of
/// the same rows give the same sessions. It works on a thread of its own that gives way to the recorder's.
public actor Cleaner {
    /// A session that has changed.
    public struct Change: Sendable, Equatable {
        public var sessionID: String
        /// How many turns it has now.
        public var turns: Int
        /// The sum over all of them.
        public var usage: Usage
    }

    /// How many changed exchanges are in memory at once.
    private static let batch = 50
    /// How many are taken in before the turns that they gave are written.
    private static let stride = 500

    private let rawURL: URL
    private let cleanURL: URL
    /// In bytes: what is remembered of sessions beyond that is read again when they go on.
    private let budget: Int
    private let prices: PriceTable
    private var stores: (raw: RawFollower, clean: CleanStore)?
    private var cursor: Int64 = 0
    private var drafts: [String: SessionDraft] = [:]
    /// The sessions in memory, the one that changed last at the end.
    private var order: [String] = []
    /// The session in which each unfinished exchange was seen last: the recorder may learn better.
    private var sessionOfOpenExchange: [Int64: String] = [:]

    private let queue = QuietQueue(label: "oneshot.cleaner")
    public nonisolated var unownedExecutor: UnownedSerialExecutor { queue.asUnownedSerialExecutor() }

    /// - Parameters:
    ///   - raw: the recorder's database; ``poll()`` throws until it exists.
    ///   - clean: the sessions' database, created where needed.
    ///   - budget: how much may be remembered between polls, in bytes.
    ///   - prices: what the turns' costs come from.
    public init(raw: URL, clean: URL, budget: Int = 8 << 20, prices: PriceTable = .shipped) {
        rawURL = raw
        cleanURL = clean
        self.budget = budget
        self.prices = prices
    }

    /// Brings the sessions up to date. What it costs depends on what is new, not on what is stored.
    ///
    /// - Returns: the sessions that changed, in the order of their ids.
    /// - Throws: ``StoreError``; what was stored before stays, and the next poll goes on there.
    @discardableResult
    public func poll() throws -> [Change] {
        do {
            let (raw, clean) = try open()
            let (ids, last) = try raw.changed(after: cursor)
            guard !ids.isEmpty else { return [] }
            let changes = try take(ids, upTo: last, raw, clean)
            cursor = last
            forgetSome()
            return changes.values.sorted { $0.sessionID < $1.sessionID }
        } catch {
            // What was taken out of them may not have been stored.
            drafts = [:]
            order = []
            throw error
        }
    }

    private func open() throws -> (raw: RawFollower, clean: CleanStore) {
        if let stores { return stores }
        let raw = try RawFollower.open(rawURL)
        let clean = try CleanStore.openForWriting(cleanURL)
        cursor = try clean.readCursor()
        stores = (raw, clean)
        return (raw, clean)
    }

    private func take(
        _ ids: [Int64],
        upTo cursor: Int64,
        _ raw: RawFollower,
        _ clean: CleanStore
    ) throws -> [String: Change] {
        var changes: [String: Change] = [:]
        var dirty: Set<String> = []
        var taken = 0
        var next = 0
        while next < ids.count {
            let wanted = ids[next..<min(next + Self.batch, ids.count)]
            let exchanges = try raw.exchanges(wanted, bodies: .modelCalls)
            for exchange in exchanges { dirty.formUnion(try take(exchange, raw, clean)) }
            // A page may end early, and a row may have gone meanwhile.
            next = exchanges.last?.id.flatMap { last in wanted.firstIndex { $0 > last } } ?? wanted.endIndex
            taken += exchanges.count
            guard taken >= Self.stride || next == ids.count else { continue }
            var updates: [SessionUpdate] = []
            var removed: [String] = []
            for id in dirty.sorted() {
                if let update = drafts[id]?.takeUpdate() {
                    updates.append(update)
                    changes[id] = Change(sessionID: id, turns: update.turnCount, usage: update.session.usage)
                } else {
                    if try clean.progress(of: id) != nil { removed.append(id) }
                    changes[id] = nil
                }
            }
            try clean.save(updates, removing: removed, cursor: next == ids.count ? cursor : nil)
            order.removeAll(where: dirty.contains)
            order += dirty
            dirty = []
            taken = 0
        }
        return changes
    }

    /// - Returns: the sessions that the exchange belongs to, or belonged to when it was seen last.
    private func take(_ exchange: Exchange, _ raw: RawFollower, _ clean: CleanStore) throws -> Set<String> {
        guard let id = exchange.id else { return [] }
        let session = exchange.sessionID
        var dirty: Set<String> = [session]
        if let earlier = sessionOfOpenExchange[id], earlier != session {
            dirty.insert(earlier)
            drafts[earlier] = try draft(of: earlier, before: .max, storedThrough: 0, raw)
        }
        sessionOfOpenExchange[id] = exchange.state == .inFlight ? session : nil
        if drafts[session] == nil { drafts[session] = try draft(of: session, before: id, raw, clean) }
        if drafts[session]?.take(exchange) == false {
            drafts[session] = try draft(of: session, before: .max, storedThrough: 0, raw)
        }
        return dirty
    }

    /// A session that is not in memory, as it was before an exchange.
    private func draft(
        of sessionID: String,
        before id: Int64,
        _ raw: RawFollower,
        _ clean: CleanStore
    ) throws -> SessionDraft {
        let progress = try clean.progress(of: sessionID)
        guard let progress, progress.settledTurns > 0, progress.settledExchange < id else {
            return try draft(of: sessionID, before: id, storedThrough: 0, raw)
        }
        let replayed = try draft(of: sessionID, before: id, storedThrough: progress.settledExchange, raw)
        if replayed.replayedTurns == progress.settledTurns {
            // What an older oneshot told is told anew, in today's format.
            guard progress.schemaVersion < Session.currentSchemaVersion else { return replayed }
            return try draft(of: sessionID, before: id, storedThrough: 0, raw)
        }
        // Its exchanges have been pruned; what they gave stays. Or some have: then it is told anew from what there is.
        guard replayed.replayedTurns == 0, let session = try clean.readSession(sessionID) else {
            return try draft(of: sessionID, before: id, storedThrough: 0, raw)
        }
        var draft = SessionDraft(continuing: session, from: progress, prices: prices)
        try take(of: sessionID, before: id, into: &draft, raw)
        return draft
    }

    private func draft(
        of sessionID: String,
        before id: Int64,
        storedThrough: Int64,
        _ raw: RawFollower
    ) throws -> SessionDraft {
        var draft = SessionDraft(sessionID: sessionID, storedThrough: storedThrough, prices: prices)
        try take(of: sessionID, before: id, into: &draft, raw)
        return draft
    }

    private func take(
        of sessionID: String,
        before id: Int64,
        into draft: inout SessionDraft,
        _ raw: RawFollower
    ) throws {
        var ids = try raw.exchanges(ofSession: sessionID, before: id)[...]
        while !ids.isEmpty {
            let wanted = ids.prefix(Self.batch)
            let exchanges = try raw.exchanges(wanted, bodies: .modelCalls)
            for exchange in exchanges {
                _ = draft.take(exchange)
                if exchange.state == .inFlight, let row = exchange.id { sessionOfOpenExchange[row] = sessionID }
            }
            let last = exchanges.last?.id ?? wanted.last ?? 0
            ids = ids.drop { $0 <= last }
        }
    }

    /// Forgets the sessions that have not changed for longest, down to the budget.
    private func forgetSome() {
        var held = drafts.values.reduce(0) { $0 + $1.weight }
        for id in order.dropLast() {
            guard held > budget else { break }
            held -= drafts.removeValue(forKey: id)?.weight ?? 0
        }
        order.removeAll { drafts[$0] == nil }
    }
}
