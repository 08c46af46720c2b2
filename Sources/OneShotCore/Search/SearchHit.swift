/// A text in which all of a query was found.
public struct SearchHit: Sendable, Equatable {
    public var sessionID: String
    /// The turn's index, from 1.
    public var turn: Int
    /// `user`, `assistant`, `reasoning`, `call`, `result`, `error`, or another role or kind of input.
    public var place: String
    /// The name of a `call`'s or a `result`'s tool.
    public var tool: String?
    public var model: String?
    public var startedAt: String
    /// The text around what was found, as pieces of which every second one is what was found: the first, the third and
    /// so on are not, and may be empty.
    public var snippet: [String]

    public init(
        sessionID: String,
        turn: Int,
        place: String,
        tool: String? = nil,
        model: String? = nil,
        startedAt: String,
        snippet: [String]
    ) {
        self.sessionID = sessionID
        self.turn = turn
        self.place = place
        self.tool = tool
        self.model = model
        self.startedAt = startedAt
        self.snippet = snippet
    }
}
