/// One conversation of a session, with the sums of its turns.
public struct SessionThread: Codable, Sendable, Equatable {
    public enum Kind: String, Codable, Sendable {
        case main
        /// An agent that another agent started.
        case subagent
    }

    /// The agent's id for it (``Turn/threadID``).
    public var threadID: String
    /// The conversation that started it, where the agent says so.
    public var parentThreadID: String?
    public var kind: Kind
    /// The subagent's name or task, where the agent gives one.
    public var name: String?
    /// How many turns it has.
    public var turns: Int
    public var usage: Usage
    /// US dollars: the sum over the turns whose price is known; nil where there is none.
    public var costUSD: Double?

    public init(
        threadID: String,
        parentThreadID: String? = nil,
        kind: Kind = .main,
        name: String? = nil,
        turns: Int = 0,
        usage: Usage = Usage(),
        costUSD: Double? = nil
    ) {
        self.threadID = threadID
        self.parentThreadID = parentThreadID
        self.kind = kind
        self.name = name
        self.turns = turns
        self.usage = usage
        self.costUSD = costUSD
    }

    enum CodingKeys: String, CodingKey {
        case kind, name, turns, usage
        case threadID = "thread_id"
        case parentThreadID = "parent_thread_id"
        case costUSD = "cost_usd"
    }
}

/// What a session was read from.
public enum SessionSource: String, Codable, Sendable {
    /// Traffic that the recorder saw.
    case recorded
    /// A rollout file of the Codex CLI.
    case codexRollout = "codex-rollout"
    /// A transcript of Claude Code.
    case claudeTranscript = "claude-transcript"
}

/// The repository that an agent worked in, as the agent told the model: as it was when the session began.
public struct SessionRepository: Codable, Sendable, Equatable {
    /// The directory that the agent was started in.
    public var directory: String?
    /// Without user name and password.
    public var remoteURL: String?
    public var branch: String?
    public var commit: String?

    public init(directory: String? = nil, remoteURL: String? = nil, branch: String? = nil, commit: String? = nil) {
        self.directory = directory
        self.remoteURL = remoteURL
        self.branch = branch
        self.commit = commit
    }

    enum CodingKeys: String, CodingKey {
        case directory, branch, commit
        case remoteURL = "remote_url"
    }
}
