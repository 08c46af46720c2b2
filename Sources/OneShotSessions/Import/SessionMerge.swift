import OneShotCore

/// Makes one session of two accounts of it: what the recorder saw, and what the agent wrote down, or two files of the
/// agent's. A pure function of the two.
enum SessionMerge {
    /// - Parameters:
    ///   - truer: its turns stay as they are, but for what they do not know.
    ///   - other: turns of it that the first one does not have are put in between, by the time at which they began.
    static func merge(_ truer: Session, _ other: Session) -> Session {
        var turns = TurnMerge(truer.turns, other.turns)
        turns.merge()
        var session = truer
        session.turns = turns.result
        session.agentSessionIDs.appendMissing(other.agentSessionIDs)
        // Version 1 does not tell, and had no other source.
        if session.sources.isEmpty { session.sources = [.recorded] }
        session.sources.appendMissing(other.sources)
        session.models.appendMissing(other.models)
        session.agent = truer.agent ?? other.agent
        session.repository = repository(truer.repository, other.repository)
        session.createdAt = min(truer.createdAt, other.createdAt)
        session.updatedAt = max(truer.updatedAt, other.updatedAt)
        session.unknownEvents = sum(truer.unknownEvents, other.unknownEvents)
        let known = truer.threads.map(\.threadID)
        session.threads += other.threads.filter { !known.contains($0.threadID) }
        return session.countedAgain
    }

    private static func repository(_ one: SessionRepository?, _ other: SessionRepository?) -> SessionRepository? {
        guard let one, let other else { return one ?? other }
        // A commit and a branch say something about their own directory only.
        guard one.directory == nil || other.directory == nil || one.directory == other.directory else { return one }
        return SessionRepository(
            directory: one.directory ?? other.directory,
            remoteURL: one.remoteURL ?? other.remoteURL,
            branch: one.branch ?? other.branch,
            commit: one.commit ?? other.commit
        )
    }

    private static func sum(_ one: [String: Int]?, _ other: [String: Int]?) -> [String: Int]? {
        guard let one, let other else { return one ?? other }
        return one.merging(other, uniquingKeysWith: +)
    }
}

extension Session {
    /// With the sums over the turns as they are now.
    var countedAgain: Session {
        var session = self
        session.usage = turns.reduce(Usage()) { ($0 + ($1.usage ?? Usage())).bounded }
        session.costUSD = Self.cost(of: turns)
        let unpriced = turns.count { $0.usage != nil && $0.costUSD == nil }
        session.unpricedTurns = unpriced > 0 ? unpriced : nil
        let byThread = Dictionary(grouping: turns) { $0.threadID ?? "" }
        let first = byThread.mapValues { $0.first?.index ?? 0 }
        session.threads = threads.map { thread in
            let turns = byThread[thread.threadID] ?? []
            var thread = thread
            thread.turns = turns.count
            thread.usage = turns.reduce(Usage()) { ($0 + ($1.usage ?? Usage())).bounded }
            thread.costUSD = Self.cost(of: turns)
            return thread
        }.sorted { (first[$0.threadID] ?? .max) < (first[$1.threadID] ?? .max) }
        return session
    }

    private static func cost(of turns: [Turn]) -> Double? {
        let costs = turns.compactMap(\.costUSD)
        return costs.isEmpty ? nil : costs.reduce(0, +)
    }
}

extension Array where Element: Equatable {
    fileprivate mutating func appendMissing(_ others: [Element]) {
        for other in others where !contains(other) { append(other) }
    }
}
