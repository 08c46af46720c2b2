/// Which hosts are read, and what becomes of all others.
///
/// A host is written as `host`, `host:port`, or a name with one `*`, which stands for any characters; `.suffix` is
/// short for `*.suffix`.
public struct Interception: Sendable, Equatable {
    /// What happens to traffic for a host that is not read.
    public enum Others: Sendable, Equatable {
        /// It is passed through, and recorded with its host, byte counts and duration only.
        case tunnel
        /// It is answered with 403, so that a sandboxed agent reaches model APIs and nothing else.
        case refuse
    }

    public let hosts: [String]
    /// Not read, whatever else is said.
    public let ignored: [String]
    /// Passed through unread even where all others are refused.
    public let passed: [String]
    /// Every host is read that is not ignored.
    public let isEverything: Bool
    public let others: Others

    private let read: HostList
    private let unread: HostList
    private let tunnelled: HostList

    public init(
        hosts: [String],
        ignored: [String] = [],
        passed: [String] = [],
        isEverything: Bool = false,
        others: Others = .tunnel
    ) {
        self.hosts = hosts
        self.ignored = ignored
        self.passed = passed
        self.isEverything = isEverything
        self.others = others
        read = HostList(hosts)
        unread = HostList(ignored)
        tunnelled = HostList(passed)
    }

    /// The well-known model APIs are read, and the usual ports of local model servers; everything else is tunnelled.
    public static var modelAPIs: Interception { Interception(hosts: ModelHosts.all) }

    /// Whether a host can be named in this way: no URL, no path, and no `*` that stands for everything.
    public static func isHost(_ text: String) -> Bool { HostList.isEntry(text) }

    func covers(_ host: String, port: Int) -> Bool {
        !ignores(host, port: port) && (isEverything || read.contains(host, port: port))
    }

    /// Whether a CONNECT to this host, which is not read, is let through.
    func passes(_ host: String, port: Int) -> Bool { others == .tunnel || tunnelled.contains(host, port: port) }

    func ignores(_ host: String, port: Int) -> Bool { unread.contains(host, port: port) }
}
