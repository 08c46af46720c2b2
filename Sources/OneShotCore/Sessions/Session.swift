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
    public var turns: [Turn]
    /// The sum over all turns.
    public var usage: Usage

    public init(
        sessionID: String,
        agentSessionIDs: [String] = [],
        agent: AgentIdentity? = nil,
        models: [String] = [],
        createdAt: String,
        updatedAt: String,
        turns: [Turn] = [],
        usage: Usage = Usage()
    ) {
        self.schemaVersion = 1
        self.sessionID = sessionID
        self.agentSessionIDs = agentSessionIDs
        self.agent = agent
        self.models = models
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.turns = turns
        self.usage = usage
    }

    enum CodingKeys: String, CodingKey {
        case schemaVersion = "schema_version"
        case sessionID = "session_id"
        case agentSessionIDs = "agent_session_ids"
        case agent, models, turns, usage
        case createdAt = "created_at"
        case updatedAt = "updated_at"
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
