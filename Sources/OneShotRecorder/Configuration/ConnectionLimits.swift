import OneShotWire

/// How much a client may ask of the recorder before it is refused.
public struct ConnectionLimits: Sendable, Equatable {
    /// Bytes of a request's start line and header fields; a request with more is answered with 431.
    public var headBytes: Int
    /// Header fields of one request; a request with more is answered with 431.
    public var headFields: Int
    /// Client connections that are open at a time; one more is answered with 503.
    public var connections: Int
    /// How long a client connection is kept that asks for nothing. A request under way is never idle, however long
    /// its answer takes, and neither is a tunnel or a WebSocket.
    public var idle: Duration
    /// How long a client may take to send the head of a request, or to shake hands; then it is closed, with 408
    /// where it can be told.
    public var head: Duration

    public init(
        headBytes: Int = 256 << 10,
        headFields: Int = 256,
        connections: Int = 1000,
        idle: Duration = .seconds(900),
        head: Duration = .seconds(60)
    ) {
        self.headBytes = headBytes
        self.headFields = headFields
        self.connections = connections
        self.idle = idle
        self.head = head
    }

    var framing: HTTPFramingLimits { HTTPFramingLimits(headBytes: headBytes, fields: headFields) }
}
