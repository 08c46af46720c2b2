public import Foundation
public import OneShotProcess

/// What a trial runs in: docker, podman, or the local namespace sandbox.
public protocol Engine: Sendable {
    /// As in `--engine NAME` and `results.json`.
    var name: String { get }
    /// The engine's own version text, for `results.json`.
    func version() async throws -> String
    /// Makes the environment of a prepared task ready: builds its Dockerfile once per content hash, or checks the
    /// host's tools where there are no images.
    ///
    /// - Throws: ``SandboxError/imageFailed(step:lines:)``.
    func image(dockerfile: URL, onOutput: @escaping @Sendable (String) -> Void) async throws -> SandboxImage
    /// Starts a sandbox, runs `body`, and takes the sandbox down with every process in it, however `body` ends.
    func withSandbox<Result: Sendable>(
        _ specification: SandboxSpecification,
        _ body: @Sendable (any Sandbox) async throws -> Result
    ) async throws -> Result
}

/// A running sandbox.
public protocol Sandbox: Sendable {
    /// Runs a command inside, as the sandbox's unprivileged user. At the time-out every process that it started is
    /// killed and the result says `.timedOut`.
    func run(
        _ command: [String],
        environment: [String: String],
        timeout: Duration?,
        onOutput: @escaping @Sendable (Data, OutputChannel) async -> Void
    ) async throws -> CommandResult
    /// Kills every process inside. Files stay as they are.
    func killAll() async throws
}

/// An environment that is ready to be started.
public struct SandboxImage: Sendable, Equatable {
    /// The engine's name for it; empty for the local engine.
    public var reference: String
    /// SHA-256 of what it was made from.
    public var digest: String

    public init(reference: String, digest: String) {
        self.reference = reference
        self.digest = digest
    }
}

/// What a sandbox is given. Everything else of the host is out of its reach.
public struct SandboxSpecification: Sendable {
    public enum Network: Sendable, Equatable {
        /// Not even the host's loopback.
        case none
        /// `127.0.0.1:port` inside leads to the unix socket `path` on the host, and nothing else leads anywhere.
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
    /// Where commands start, inside.
    public var workingDirectory: String

    public init(
        image: SandboxImage,
        label: String,
        mounts: [Mount],
        network: Network = .none,
        limits: Limits = Limits(),
        workingDirectory: String = "/workspace"
    ) {
        self.image = image
        self.label = label
        self.mounts = mounts
        self.network = network
        self.limits = limits
        self.workingDirectory = workingDirectory
    }
}
