/// One row of `traces`: a request with its response, or one request with the answers to it inside a WebSocket.
public struct Exchange: Sendable, Equatable {
    /// How far the exchange got.
    public enum State: String, Sendable, Codable {
        case inFlight = "in_flight"
        case complete
        /// It ended early; ``Exchange/cutBy`` says who ended it.
        case cut
        /// OneShot answered in the upstream's place, for example because a budget was used up.
        case refused
        /// A CONNECT that was passed through without being read.
        case tunnelled
    }

    public enum Transport: String, Sendable, Codable {
        case http
        case websocket
        case tunnel
    }

    /// Nil until the row is stored.
    public var id: Int64?
    /// Milliseconds since 1970, of the first byte of the request.
    public var startedAtMs: Int64
    /// `GET`, `POST`, … ; `WEBSOCKET` for a request inside a WebSocket.
    public var method: String
    /// Absolute, with the values of key-bearing query parameters replaced.
    public var url: String
    public var transport: Transport
    public var state: State
    /// `client`, `upstream` or `recorder`, for an exchange that was cut.
    public var cutBy: String?
    /// See `Session.sessionID`.
    public var sessionID: String
    /// The agent's own session id, where it sent one.
    public var agentSessionID: String?
    public var status: Int?
    public var firstByteAtMs: Int64?
    public var endedAtMs: Int64?
    /// The request body: the client's own bytes when they are text, else JSON `{"_base64": "…"}`.
    public var requestJSON: String?
    /// The response body: the upstream's own bytes when they are a JSON text, else JSON `{"_raw": "…"}` or
    /// `{"_base64": "…"}`; for a WebSocket a JSON array of the server's messages.
    public var responseJSON: String?
    /// Headers without secrets and everything else that is known, as one JSON object (`docs/formats/traces.md`).
    public var metaJSON: String

    public init(
        id: Int64? = nil,
        startedAtMs: Int64,
        method: String,
        url: String,
        transport: Transport,
        state: State = .inFlight,
        cutBy: String? = nil,
        sessionID: String,
        agentSessionID: String? = nil,
        status: Int? = nil,
        firstByteAtMs: Int64? = nil,
        endedAtMs: Int64? = nil,
        requestJSON: String? = nil,
        responseJSON: String? = nil,
        metaJSON: String = "{}"
    ) {
        self.id = id
        self.startedAtMs = startedAtMs
        self.method = method
        self.url = url
        self.transport = transport
        self.state = state
        self.cutBy = cutBy
        self.sessionID = sessionID
        self.agentSessionID = agentSessionID
        self.status = status
        self.firstByteAtMs = firstByteAtMs
        self.endedAtMs = endedAtMs
        self.requestJSON = requestJSON
        self.responseJSON = responseJSON
        self.metaJSON = metaJSON
    }
}
