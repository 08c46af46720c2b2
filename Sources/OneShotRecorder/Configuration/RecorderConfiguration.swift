public import Foundation
public import OneShotCore

/// Everything that a recorder is told. Nothing is read from the environment.
public struct RecorderConfiguration: Sendable {
    public enum Listener: Sendable, Equatable, CustomStringConvertible {
        /// Port 0 takes any free one.
        case tcp(host: String, port: Int)
        /// A socket file, which must not exist yet; it is removed at the end.
        case unixSocket(path: String)
        /// A port on 127.0.0.1 that stands for one upstream, for clients that take a base URL but no proxy: whatever
        /// is asked there goes to the upstream, its path put before the request's. A path that begins with `/~NAME/`
        /// says that the exchange belongs to the run `NAME`, and goes on without it.
        case reverse(port: Int, upstream: URL)

        public var description: String {
            switch self {
            case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
            case .unixSocket(let path): path
            case .reverse(let port, let upstream): "127.0.0.1:\(port) for \(upstream.absoluteString)"
            }
        }
    }

    public var listeners: [Listener]
    /// The raw database; created where it is missing.
    public var database: URL
    /// The file with the key of the credentials' fingerprints, made where it is missing; beside the database when nil.
    public var fingerprintKey: URL?
    public var authority: CertificateAuthority
    /// Host (or `host:port`) → origin that its traffic goes to instead, such as `http://127.0.0.1:9999`.
    public var upstreams: [String: URL]
    /// Host → bearer token that takes the place of the client's own credentials on the way upstream. The token is
    /// never recorded.
    public var credentials: [String: String]
    /// The limits of every session.
    public var budget: Budget?
    /// What dollars are counted by.
    public var prices: PriceTable
    /// Who knows this may ask what a session has used, and limit it, on the recorder's own port
    /// (`SessionPages`); nil where nobody may.
    public var controlToken: String?
    /// PEM files with certificates to trust upstream, besides the system's.
    public var extraTrustRoots: [URL]
    /// Hosts (or `host:port`) whose certificates are not checked. Everybody else's are, always.
    public var insecureUpstreams: Set<String>
    /// How upstreams are reached; directly when nil.
    public var proxy: UpstreamProxy?
    public var interception: Interception
    /// What the models' own servers may do for a call. With a policy, nothing but calls of a model and lists of models
    /// goes to a host that is read, and each call only in the form that the policy allows; nil for everything as it is.
    public var serverTools: ServerToolPolicy?
    /// Every exchange belongs to this session, whatever the client says: for a trial, whose agent must not get a
    /// fresh budget by giving another name.
    public var session: RunID?
    /// The password that clients of TCP listeners must give with their proxy credentials, whose user name is the run
    /// id. Without one, the recorder listens on loopback only.
    public var token: String?
    public var limits: ConnectionLimits
    /// How many bytes of one body are kept; what is beyond is passed on, counted, and left out of the row.
    public var bodyLimit: Int

    public init(
        listeners: [Listener] = [.tcp(host: "127.0.0.1", port: 18080)],
        database: URL,
        fingerprintKey: URL? = nil,
        authority: CertificateAuthority,
        upstreams: [String: URL] = [:],
        credentials: [String: String] = [:],
        budget: Budget? = nil,
        prices: PriceTable = .shipped,
        controlToken: String? = nil,
        extraTrustRoots: [URL] = [],
        insecureUpstreams: Set<String> = [],
        proxy: UpstreamProxy? = nil,
        interception: Interception = .modelAPIs,
        serverTools: ServerToolPolicy? = nil,
        session: RunID? = nil,
        token: String? = nil,
        limits: ConnectionLimits = ConnectionLimits(),
        bodyLimit: Int = 128 << 20
    ) {
        self.listeners = listeners
        self.database = database
        self.fingerprintKey = fingerprintKey
        self.authority = authority
        self.upstreams = upstreams
        self.credentials = credentials
        self.budget = budget
        self.prices = prices
        self.controlToken = controlToken
        self.extraTrustRoots = extraTrustRoots
        self.insecureUpstreams = insecureUpstreams
        self.proxy = proxy
        self.interception = interception
        self.serverTools = serverTools
        self.session = session
        self.token = token
        self.limits = limits
        self.bodyLimit = bodyLimit
    }
}
