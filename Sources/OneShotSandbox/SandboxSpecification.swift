public import Foundation

/// What a sandbox is given. Everything else of the host is out of its reach.
public struct SandboxSpecification: Sendable {
    public enum Network: Sendable, Equatable {
        /// Not even the host's loopback.
        case none
        /// `127.0.0.1:port` inside leads to the unix socket `path` on the host, and nothing else leads anywhere.
        /// The socket must exist; it is lent to the sandbox's user as writable mounts are.
        case forwarded(port: Int, path: String)
    }

    public struct Mount: Sendable, Equatable {
        public var host: URL
        /// Absolute path inside.
        public var inside: String
        public var writable: Bool

        public init(host: URL, inside: String, writable: Bool = false) {
            self.host = host
            self.inside = inside
            self.writable = writable
        }
    }

    public struct Limits: Sendable, Equatable {
        public var memoryBytes: Int
        public var processes: Int
        public var cpus: Double

        public init(memoryBytes: Int = 4 << 30, processes: Int = 1024, cpus: Double = 2) {
            self.memoryBytes = memoryBytes
            self.processes = processes
            self.cpus = cpus
        }
    }

    public var image: SandboxImage
    /// The trial's id; every process and container of the sandbox can be found by it.
    public var label: String
    public var mounts: [Mount]
    public var network: Network
    public var limits: Limits
    /// A directory with what `HOME` begins with; it begins empty when nil.
    public var home: URL?
    /// Where commands start, inside.
    public var workingDirectory: String

    public init(
        image: SandboxImage,
        label: String,
        mounts: [Mount],
        network: Network = .none,
        limits: Limits = Limits(),
        home: URL? = nil,
        workingDirectory: String = "/workspace"
    ) {
        self.image = image
        self.label = label
        self.mounts = mounts
        self.network = network
        self.limits = limits
        self.home = home
        self.workingDirectory = workingDirectory
    }
}
