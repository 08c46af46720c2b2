public import OneShotCore
public import OneShotStore

/// A session for lists: what it adds up to, with its newest turns only.
public struct SessionOverview: Sendable, Equatable {
    /// How a session stands.
    public enum Outcome: String, Sendable, CaseIterable {
        /// The model is answering right now.
        case live
        /// The last turn ended as it should.
        case complete
        /// The last turn stopped at a limit of the provider's.
        case incomplete
        /// The last turn failed, and nothing was tried after it.
        case failed
        /// The last turn's answer was cut off.
        case truncated
        /// The last turn was refused: a budget was used up.
        case refused
    }

    /// Its turns are the newest only.
    public var session: Session
    public var counts: TurnCounts

    public init(_ session: Session) {
        self.session = session
        counts = TurnCounts(session.turns)
    }

    init(_ session: Session, counts: TurnCounts) {
        self.session = session
        self.counts = counts
    }

    public var outcome: Outcome {
        if session.turns.contains(where: { $0.state == .inFlight }) { return .live }
        return session.turns.last.flatMap { Outcome(rawValue: $0.state.rawValue) } ?? .complete
    }

    /// From the first request to the last change, in milliseconds.
    public var durationMs: Int64 {
        let times = [session.createdAt, session.updatedAt].map { Timestamp.milliseconds(iso: $0) ?? 0 }
        return max(0, times[1] - times[0])
    }

    /// How many conversations agents have started.
    public var subagents: Int { session.threads.count { $0.kind == .subagent } }

    /// The repository as a person calls it: the end of its address, else of its directory.
    public var repositoryName: String? { session.repository?.name }
}

extension SessionRepository {
    var name: String? {
        let place = remoteURL ?? directory
        return place?.split { $0 == "/" || $0 == ":" }.last.map { String($0.hasSuffix(".git") ? $0.dropLast(4) : $0) }
    }
}
