import OneShotCore
import OneShotStore

/// Gives overviews of sessions again and again, and reads only what is new of them each time.
public struct SessionOverviews: Sendable {
    private let archive: SessionArchive
    /// How many of the newest turns each has.
    private let breadth: Int
    /// The counts of the turns that will not change any more.
    private var settled: [String: (turns: Int, counts: TurnCounts)] = [:]

    public init(_ archive: SessionArchive, newestTurns breadth: Int = 40) {
        self.archive = archive
        self.breadth = breadth
    }

    /// The sessions that changed last, the newest first.
    ///
    /// - Throws: ``StoreError``.
    public mutating func newest(
        limit: Int,
        matching filter: SessionFilter = SessionFilter()
    ) async throws -> [SessionOverview] {
        let clean = try archive.clean()
        let imported = Set(try await clean.importEntries().map { $0.recordedID ?? $0.sessionID })
        var overviews: [SessionOverview] = []
        for id in try await SessionArchive.newest(filter == SessionFilter() ? limit : .max, in: clean) {
            guard overviews.count < limit else { break }
            if imported.contains(id) {
                guard let session = try await SessionArchive.session(id, in: clean), filter.fits(session) else {
                    continue
                }
                overviews.append(cut(session))
            } else if let stored = try await clean.storedSession(id), filter.fits(stored.session) {
                overviews.append(try await overview(stored, in: clean))
            }
            if let last = overviews.last, !filter.fits(last) { overviews.removeLast() }
        }
        return overviews
    }

    private func cut(_ session: Session) -> SessionOverview {
        var overview = SessionOverview(session)
        // An answer that is going on stands before the newest turns, where another thread is faster.
        let first = session.turns.firstIndex { $0.state == .inFlight } ?? session.turns.count
        overview.session.turns = Array(session.turns[min(first, max(0, session.turns.count - breadth))...])
        return overview
    }

    private mutating func overview(_ stored: StoredSession, in clean: CleanStore) async throws -> SessionOverview {
        let id = stored.session.sessionID
        var known = settled[id] ?? (0, TurnCounts())
        // A session that was told anew has other turns.
        if known.turns > stored.settledTurns { known = (0, TurnCounts()) }
        if known.turns < stored.settledTurns {
            let new = try await clean.counts(of: id, turns: known.turns + 1...stored.settledTurns)
            known = (stored.settledTurns, known.counts + new)
            settled[id] = known
        }
        var overview = SessionOverview(stored.session, counts: known.counts)
        let first = min(stored.settledTurns, max(0, stored.turnCount - breadth))
        overview.session.turns = try await clean.turns(of: id, after: first)
        let open = overview.session.turns.filter { $0.index > stored.settledTurns }
        overview.counts = known.counts + TurnCounts(open)
        return overview
    }
}
