/// The working tree as it was at one moment of the work: an entry of `states/states.json` in a created task.
public struct CapturedState: Codable, Sendable, Equatable {
    /// What became of a state.
    public enum Verdict: String, Codable, Sendable, CaseIterable {
        /// The agent went on by itself.
        case intermediate
        /// The person asked for a correction, and the end differs.
        case rejected
        /// The person asked for something more, and the end differs.
        case superseded
        /// The end of the task.
        case final
    }

    /// From 1, in order of time. `states/<index>.patch` leads from the start snapshot to this state; it is absent where
    /// it holds a secret or is too large.
    public var index: Int
    /// When the snapshot was taken (RFC 3339).
    public var at: String
    /// The last turn of the session that had begun by then; nil where no session is known.
    public var turn: Int?
    /// The snapshot in the task's store.
    public var commit: String
    public var tree: String
    public var verdict: Verdict
    /// What the person said next, of a state that was rejected or superseded. Redacted.
    public var words: String?

    public init(
        index: Int,
        at: String,
        turn: Int? = nil,
        commit: String,
        tree: String,
        verdict: Verdict,
        words: String? = nil
    ) {
        self.index = index
        self.at = at
        self.turn = turn
        self.commit = commit
        self.tree = tree
        self.verdict = verdict
        self.words = words
    }
}

/// The content of `states/states.json`.
public struct CapturedStates: Codable, Sendable, Equatable {
    public var schemaVersion: Int
    public var states: [CapturedState]

    public init(states: [CapturedState]) {
        schemaVersion = 1
        self.states = states
    }

    enum CodingKeys: String, CodingKey {
        case schemaVersion = "schema_version"
        case states
    }
}
