import NIOCore
import NIOHPACK
import OneShotStore
import OneShotWire

/// A request on its way, and its answer.
final class HTTPExchange {
    let head: HTTPHead
    /// The same, where the client sent it over HTTP/2.
    var http2: HTTP2Request?
    let destination: Destination
    /// Nil for a request to the recorder itself, and for one that is passed on unread.
    let trace: ExchangeTrace?
    /// Of a request to a host that is not read: what passes is counted.
    var unread: Tunnel?
    /// Whose budget it counts against.
    var session: String
    /// It is sent once the upstream is connected.
    var awaitsUpstream = false
    var requestEnded = false
    /// Of a request that came over HTTP/2.
    var trailers: (fields: [HTTPField], headers: HPACKHeaders)?
    var responseHead: HTTPHead?
    var responseEnded = false
    /// The connection to the client ends with this exchange.
    var closesAfter: Bool
    /// The answer comes from us; what the client still sends of its request is dropped.
    var isAnsweredHere = false
    /// What it uses of its session's budget; nil when it is no call of a model.
    var call: MeteredCall?
    /// The request, kept back until it is known whether the budget allows it.
    var held: HeldRequest?
    /// What goes upstream in the place of the body, without codings.
    var rewritten: ByteBuffer?
    /// The body of a request that was kept back, to follow its head.
    var released: [ByteBuffer] = []

    init(head: HTTPHead, destination: Destination, trace: ExchangeTrace?, session: String) {
        self.head = head
        self.destination = destination
        self.trace = trace
        self.session = session
        closesAfter = !head.keepsConnection
    }
}

/// Where a request is to go.
struct Destination {
    /// As the client names it.
    var origin: Origin
    /// As configured for that origin.
    var upstream: Upstream?
    /// Path and query.
    var path: String
    /// The client takes us for the origin, by a port of ours that stands for it.
    var isReverse = false

    /// Where the connection leads.
    var connectsTo: Origin { upstream?.origin ?? origin }
    var target: String { (upstream?.pathPrefix ?? "") + path }
    /// As recorded: what the client asked for.
    var url: String { "\(origin)\(path.hasPrefix("/") ? path : "/\(path)")" }
    var webSocketURL: String { "\(origin.isTLS ? "wss" : "ws")://\(origin.authority)\(path)" }
}

/// What a request on this connection asks for.
enum RequestTarget {
    /// One of our own pages.
    case page(String)
    case remote(Destination)
    case malformed(String)
    /// One of our own pages, asked for by a name that is not ours.
    case foreign(host: String)
}
