/// One agent run as a person reads it: the value of `cleaned_sessions.formatted_json` and of
/// `trace/session_clean.json`. The format is described in `docs/formats/session.md`.
public struct Session: Codable, Sendable, Equatable {
    public var schemaVersion: Int
    /// The run id that travelled with the client, else the agent's own session id, else the connection group.
    public var sessionID: String
    /// The agent's own ids for this run, as they came in headers or frames (Codex: `session-id`).
    public var agentSessionIDs: [String]
    public var agent: AgentIdentity?
    /// Every model that answered, in order of first use.
    public var models: [String]
    /// RFC 3339, of the first exchange.
    public var createdAt: String
    /// RFC 3339, of the last change.
    public var updatedAt: String
    /// Where the agent worked, as far as it told.
    public var repository: SessionRepository?
    /// What it was read from.
    public var sources: [SessionSource]
    /// The conversations in it with their sums, in the order in which they began; none where the agent names none.
    public var threads: [SessionThread]
    public var turns: [Turn]
    /// The sum over all turns.
    public var usage: Usage
    /// US dollars: the sum over the turns whose price is known; nil where there is none.
    public var costUSD: Double?
    /// How many turns have a usage and a model without a price; nil where there is none.
    public var unpricedTurns: Int?
    /// How many events of each type came that we do not know; nil where there is none.
    public var unknownEvents: [String: Int]?

    /// What we write. Version 1 lacks the parts that have defaults here, and its turns do not tell their prompts.
    public static let currentSchemaVersion = 2

    public init(
        sessionID: String,
        agentSessionIDs: [String] = [],
        agent: AgentIdentity? = nil,
        models: [String] = [],
        createdAt: String,
        updatedAt: String,
        repository: SessionRepository? = nil,
        sources: [SessionSource] = [],
        threads: [SessionThread] = [],
        turns: [Turn] = [],
        usage: Usage = Usage(),
        costUSD: Double? = nil,
        unpricedTurns: Int? = nil,
        unknownEvents: [String: Int]? = nil
    ) {
        self.schemaVersion = Self.currentSchemaVersion
        self.sessionID = sessionID
        self.agentSessionIDs = agentSessionIDs
        self.agent = agent
        self.models = models
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.repository = repository
        self.sources = sources
        self.threads = threads
        self.turns = turns
        self.usage = usage
        self.costUSD = costUSD
        self.unpricedTurns = unpricedTurns
        self.unknownEvents = unknownEvents
    }

    enum CodingKeys: String, CodingKey {
        case schemaVersion = "schema_version"
        case sessionID = "session_id"
        case agentSessionIDs = "agent_session_ids"
        case agent, models, repository, sources, threads, turns, usage
        case createdAt = "created_at"
        case updatedAt = "updated_at"
        case costUSD = "cost_usd"
        case unpricedTurns = "unpriced_turns"
        case unknownEvents = "unknown_events"
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        schemaVersion = try container.decode(Int.self, forKey: .schemaVersion)
        guard (1...Self.currentSchemaVersion).contains(schemaVersion) else {
            throw DecodingError.dataCorruptedError(
                forKey: .schemaVersion,
                in: container,
                debugDescription: "only versions 1 to \(Self.currentSchemaVersion) are known"
            )
        }
        sessionID = try container.decode(String.self, forKey: .sessionID)
        agentSessionIDs = try container.decode([String].self, forKey: .agentSessionIDs)
        agent = try container.decodeIfPresent(AgentIdentity.self, forKey: .agent)
        models = try container.decode([String].self, forKey: .models)
        createdAt = try container.decode(String.self, forKey: .createdAt)
        updatedAt = try container.decode(String.self, forKey: .updatedAt)
        repository = try container.decodeIfPresent(SessionRepository.self, forKey: .repository)
        sources = try container.decodeIfPresent([SessionSource].self, forKey: .sources) ?? []
        threads = try container.decodeIfPresent([SessionThread].self, forKey: .threads) ?? []
        turns = try container.decode([Turn].self, forKey: .turns)
        usage = try container.decode(Usage.self, forKey: .usage)
        costUSD = try container.decodeIfPresent(Double.self, forKey: .costUSD)
        unpricedTurns = try container.decodeIfPresent(Int.self, forKey: .unpricedTurns)
        unknownEvents = try container.decodeIfPresent([String: Int].self, forKey: .unknownEvents)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(schemaVersion, forKey: .schemaVersion)
        try container.encode(sessionID, forKey: .sessionID)
        try container.encode(agentSessionIDs, forKey: .agentSessionIDs)
        try container.encodeIfPresent(agent, forKey: .agent)
        try container.encode(models, forKey: .models)
        try container.encode(createdAt, forKey: .createdAt)
        try container.encode(updatedAt, forKey: .updatedAt)
        try container.encodeIfPresent(repository, forKey: .repository)
        if !sources.isEmpty { try container.encode(sources, forKey: .sources) }
        if !threads.isEmpty { try container.encode(threads, forKey: .threads) }
        try container.encode(turns, forKey: .turns)
        try container.encode(usage, forKey: .usage)
        try container.encodeIfPresent(costUSD, forKey: .costUSD)
        try container.encodeIfPresent(unpricedTurns, forKey: .unpricedTurns)
        try container.encodeIfPresent(unknownEvents, forKey: .unknownEvents)
    }
}

/// The program that drove the session, as it names itself to the model API.
public struct AgentIdentity: Codable, Sendable, Equatable {
    public var name: String
    public var version: String?

    public init(name: String, version: String? = nil) {
        self.name = name
        self.version = version
    }
}
