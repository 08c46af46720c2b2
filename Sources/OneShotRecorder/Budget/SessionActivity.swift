public import OneShotCore

/// What a session is doing, for a person who watches it.
public struct SessionActivity: Sendable, Equatable {
    public var usage: Usage
    /// Calls of the model that went upstream.
    public var calls: Int
    /// What the model asked its agent to do last; read only under a policy.
    public var lastTool: String?
    /// Calls from which the policy has taken a server tool, by tool.
    public var strippedTools: [ServerTool: Int]
}
