/// A recorder in numbers, for `/health`, `status` and `doctor`.
public struct RecorderStatus: Codable, Sendable, Equatable {
    public var startedAt: String
    public var listeners: [String]
    public var database: String
    /// Client connections that are open now.
    public var connections: Int
    /// Client connections since the start.
    public var connectionsTotal: Int
    /// Exchanges since the start, those in flight included.
    public var exchanges: Int
    public var inFlight: Int
    public var complete: Int
    public var cut: Int
    public var refused: Int
    public var tunnelled: Int
    /// Changes that are not on disk yet.
    public var pending: Int
    /// Exchanges that could not be recorded, or not with their bodies. 0 when all is well.
    public var lost: Int
    /// What the database said when it last refused a write; nil once a write has worked again.
    public var trouble: String?
    /// The last client that would not trust our certificate, with what to do about it.
    public var untrusted: String?

    enum CodingKeys: String, CodingKey {
        case startedAt = "started_at"
        case listeners, database, connections
        case connectionsTotal = "connections_total"
        case exchanges
        case inFlight = "in_flight"
        case complete, cut, refused, tunnelled, pending, lost, trouble, untrusted
    }
}
