public import OneShotCore
import OneShotStore

/// Full text search over the sessions of a workspace. The index is brought up to date by whoever searches, so that it
/// costs nothing to record.
public struct SessionSearch: Sendable {
    /// What had to be done to bring the index up to date.
    public struct Work: Sendable, Equatable {
        /// Sessions that were compared with what the index knows; none where nothing has changed since the last search.
        public var compared = 0
        public var turnsRead = 0
        public var removed = 0
    }

    /// Turns that are read, and stored in one transaction.
    private static let page = 200

    private let archive: SessionArchive

    public init(_ archive: SessionArchive) { self.archive = archive }

    /// - Returns: the best matches first, and what it took.
    /// - Throws: ``StoreError``, ``SessionError`` for a session that is not there.
    public func run(_ query: SearchQuery) async throws -> (hits: [SearchHit], work: Work) {
        let clean = try archive.clean()
        var query = query
        if let id = query.sessionID { query.sessionID = try await archive.resolve(id) }
        let file = SearchIndex.url(beside: archive.workspace.cleanDatabase)
        return try await SearchIndex.using(file) { [query] index in
            let work = try await Self.catchUp(index, with: clean)
            return (try await index.search(query), work)
        }
    }

    private static func catchUp(_ index: SearchIndex, with clean: CleanStore) async throws -> Work {
        var work = Work()
        let catalog = try await clean.catalog()
        guard try await index.catalog() != catalog else { return work }
        var known = try await index.entries()
        var imports: [String: Int64] = [:]
        var recorded: Set<String> = []
        for entry in try await clean.importEntries() {
            imports[entry.recordedID ?? entry.sessionID, default: 0] += entry.version
        }
        for stamp in try await clean.stamps() {
            work.compared += 1
            recorded.insert(stamp.sessionID)
            let entry = known.removeValue(forKey: stamp.sessionID)
            if let version = imports[stamp.sessionID] {
                work.turnsRead += try await takeWhole(stamp.sessionID, "\(stamp.text) \(version)", entry, clean, index)
            } else {
                work.turnsRead += try await take(stamp, entry, clean, index)
            }
        }
        for (id, version) in imports where !recorded.contains(id) {
            work.compared += 1
            let entry = known.removeValue(forKey: id)
            work.turnsRead += try await takeWhole(id, "imported \(version)", entry, clean, index)
        }
        work.removed = known.count
        try await index.remove(known.keys.sorted())
        try await index.setCatalog(catalog)
        return work
    }

    /// Takes in what is new of a session that was recorded only.
    private static func take(
        _ stamp: CleanStore.Stamp,
        _ entry: SearchIndex.Entry?,
        _ clean: CleanStore,
        _ index: SearchIndex
    ) async throws -> Int {
        // Of an answer that goes on, nothing but its turn changes.
        guard entry?.stamp != stamp.text || stamp.settledTurns < stamp.turnCount else { return 0 }
        let settled = entry?.stamp.hasPrefix("recorded ") == true ? entry?.settledTurns ?? 0 : 0
        var position = min(settled, stamp.settledTurns)
        var read = 0
        while true {
            let turns = try await clean.turns(of: stamp.sessionID, after: position, limit: Self.page)
            let last = turns.last?.index ?? position
            let isWhole = turns.count < Self.page
            try await index.replace(
                stamp.sessionID,
                after: position,
                with: turns,
                // Until all of it is in, it counts as changed.
                entry: .init(stamp: isWhole ? stamp.text : "recorded ", settledTurns: min(last, stamp.settledTurns))
            )
            read += turns.count
            if isWhole { return read }
            position = last
        }
    }

    /// Takes in a session whose turns were put together from several sources, if it has changed at all.
    private static func takeWhole(
        _ id: String,
        _ stamp: String,
        _ entry: SearchIndex.Entry?,
        _ clean: CleanStore,
        _ index: SearchIndex
    ) async throws -> Int {
        guard entry?.stamp != stamp, let session = try await SessionArchive.session(id, in: clean) else { return 0 }
        try await index.replace(id, after: 0, with: session.turns, entry: .init(stamp: stamp, settledTurns: 0))
        return session.turns.count
    }
}

extension CleanStore.Stamp {
    fileprivate var text: String { "recorded \(updatedAt) \(turnCount) \(settledTurns) \(settledExchange)" }
}
