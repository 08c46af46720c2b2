import OneShotCore

/// Which sessions somebody wants to see. What is nil does not matter; names fit where they contain the text, whatever
/// the case.
public struct SessionFilter: Sendable, Equatable {
    public var agent: String?
    public var model: String?
    /// Part of the repository's address or directory.
    public var repository: String?
    /// RFC 3339: something has happened since then.
    public var since: String?
    public var outcome: SessionOverview.Outcome?

    public init(
        agent: String? = nil,
        model: String? = nil,
        repository: String? = nil,
        since: String? = nil,
        outcome: SessionOverview.Outcome? = nil
    ) {
        self.agent = agent
        self.model = model
        self.repository = repository
        self.since = since
        self.outcome = outcome
    }

    /// - Parameter session: its turns are not looked at.
    func fits(_ session: Session) -> Bool {
        func fits(_ wanted: String?, _ given: [String?]) -> Bool {
            guard let wanted = wanted?.lowercased() else { return true }
            return given.contains { $0?.lowercased().contains(wanted) ?? false }
        }
        return fits(agent, [session.agent?.name]) && fits(model, session.models)
            && fits(repository, [session.repository?.remoteURL, session.repository?.directory])
            && since.map { session.updatedAt >= $0 } ?? true
    }

    func fits(_ overview: SessionOverview) -> Bool { outcome.map { $0 == overview.outcome } ?? true }
}
