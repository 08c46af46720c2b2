/// A recorder in numbers, for `/health`, `status` and `doctor`.
public struct RecorderStatus: Codable, Sendable, Equatable {
    public var startedAt: String
    public var uptimeSeconds: Int
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
    /// Exchanges that began in each second, over the last ten.
    public var exchangesPerSecond: Double
    /// Bytes from clients since the start, without TLS.
    public var bytesIn: Int
    /// Bytes to clients since the start, without TLS.
    public var bytesOut: Int
    /// The database with its write-ahead log.
    public var databaseBytes: Int
    /// Of this process; nil where the system does not tell.
    public var residentBytes: Int?
    /// Changes that are not on disk yet.
    public var pending: Int
    /// Changes that wait on disk, beside the database, until it takes them.
    public var spooled: Int
    /// Exchanges that could not be recorded, or not with their bodies. 0 when all is well.
    public var lost: Int
    /// What the database said when it last refused a write; nil once a write has worked again.
    public var trouble: String?
    /// The last client that would not trust our certificate, with what to do about it.
    public var untrusted: String?

    enum CodingKeys: String, CodingKey {
        case startedAt = "started_at"
        case uptimeSeconds = "uptime_seconds"
        case listeners, database, connections
        case connectionsTotal = "connections_total"
        case exchanges
        case inFlight = "in_flight"
        case exchangesPerSecond = "exchanges_per_second"
        case bytesIn = "bytes_in"
        case bytesOut = "bytes_out"
        case databaseBytes = "database_bytes"
        case residentBytes = "resident_bytes"
        case complete, cut, refused, tunnelled, pending, spooled, lost, trouble, untrusted
    }
}
