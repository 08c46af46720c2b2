/// Which hosts are read, and what becomes of all others.
public struct Interception: Sendable, Equatable {
    /// What happens to traffic for a host that is not read.
    public enum Others: Sendable, Equatable {
        /// It is passed through, and recorded as a tunnel with its byte counts.
        case tunnel
        /// It is answered with 403, so that a sandboxed agent reaches model APIs and nothing else.
        case refuse
    }

    /// Host names in lower case; an entry that begins with a dot stands for every host that ends with it.
    public var hosts: [String]
    public var others: Others

    public init(hosts: [String], others: Others = .tunnel) {
        self.hosts = hosts.map { $0.lowercased() }
        self.others = others
    }

    /// The well-known model APIs are read; everything else is tunnelled.
    public static var modelAPIs: Interception { Interception(hosts: ModelHosts.all) }

    func covers(_ host: String) -> Bool {
        hosts.contains { entry in entry.hasPrefix(".") ? host.hasSuffix(entry) : host == entry }
    }
}
