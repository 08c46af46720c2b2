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
        /// What the writable mounts, `HOME` and `/tmp` may hold together; it is watched, not walled off, so that a
        /// sandbox can be over it for a moment. No single file can.
        public var diskBytes: Int

        public init(memoryBytes: Int = 4 << 30, processes: Int = 1024, cpus: Double = 2, diskBytes: Int = 8 << 30) {
            self.memoryBytes = memoryBytes
            self.processes = processes
            self.cpus = cpus
            self.diskBytes = diskBytes
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

extension SandboxSpecification {
    /// Watches what the sandbox may write to.
    func diskWatch(_ scratch: Scratch) -> DiskWatch {
        DiskWatch(
            places: mounts.filter(\.writable).map(\.host) + [scratch.home, scratch.temporary],
            limit: limits.diskBytes
        )
    }
}
