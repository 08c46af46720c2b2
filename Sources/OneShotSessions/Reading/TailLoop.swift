public import OneShotCore
import OneShotStore

/// Follows one session.
public struct TailLoop: Sendable {
    /// What there is to show.
    public enum News: Sendable {
        /// The session that is followed from now on.
        case session(Session)
        /// Its turns from the first on that has not ended, or was not shown; never none.
        case turns([Turn], threads: [SessionThread])
    }

    private let archive: SessionArchive

    public init(_ archive: SessionArchive) { self.archive = archive }

    /// Runs until the task is cancelled, or with `once` until all that there is has been shown.
    ///
    /// - Parameters:
    ///   - id: the session; nil for the one that changes last, for which it waits where there is none.
    ///   - count: how many of the turns that are there already are shown.
    ///   - show: called with what is new; gives the last turn that it need not be told again.
    /// - Throws: ``SessionError``, ``StoreError``, `CancellationError`.
    public func run(
        _ id: String?,
        last count: Int,
        once: Bool = false,
        every interval: Duration = .milliseconds(200),
        show: (News) -> Int
    ) async throws {
        var followed: String?
        if let id { followed = try await archive.resolve(id) }
        var settled: Int?
        var version: Int64?
        while true {
            let current = try await archive.version()
            // Whoever does not wait is told that there is nothing.
            if current == nil, once { _ = try archive.clean() }
            if let current, current != version {
                version = current
                if followed == nil { followed = try await SessionArchive.newest(1, in: archive.clean()).first }
                if let followed, let news = try await news(of: followed, after: settled, last: count) {
                    if settled == nil { _ = show(.session(news.session)) }
                    settled = news.first - 1
                    if !news.turns.isEmpty { settled = show(.turns(news.turns, threads: news.session.threads)) }
                }
            }
            if once { return }
            try await Task.sleep(for: interval)
        }
    }

    private func news(
        of id: String,
        after settled: Int?,
        last count: Int
    ) async throws -> (session: Session, turns: [Turn], first: Int)? {
        let clean = try archive.clean()
        if let stored = try await clean.storedSession(id), try await clean.importedSessions(of: id).isEmpty {
            let after = settled ?? max(0, stored.turnCount - count)
            return (stored.session, try await clean.turns(of: id, after: after), after + 1)
        }
        guard let session = try await SessionArchive.session(id, in: clean) else { return nil }
        let after = settled ?? max(0, session.turns.count - count)
        return (session, session.turns.filter { $0.index > after }, after + 1)
    }
}

extension TailLoop {
    /// Whether there is a session to follow.
    public func hasSession() async throws -> Bool {
        guard try await archive.version() != nil else { return false }
        return try await !SessionArchive.newest(1, in: archive.clean()).isEmpty
    }
}
