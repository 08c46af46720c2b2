public import Foundation
import OneShotCore
import OneShotProcess

/// The engine that needs no daemon and no images: Linux namespaces by bubblewrap, over the host's own `/usr`.
///
/// Always: namespaces of its own for processes, mounts, network, users and IPC; no capabilities, no new privileges, no
/// way to make further user namespaces; nothing of the host but `/usr`, a few files of `/etc`, and the mounts given;
/// the number of processes. As root, besides: a user of its own on the host, and limits on memory and CPU by control
/// groups for the sandbox as a whole. Otherwise memory is limited for each process by itself, and CPU is not.
public struct LocalEngine: Engine {
    static let name = "local"

    private let bubblewrap: String

    public var name: String { Self.name }

    /// - Throws: ``SandboxError/engineUnavailable(name:reason:remedy:)`` when bubblewrap is missing, or a sandbox
    ///   does not start.
    public init() async throws {
        guard let path = Self.path(of: "bwrap") else {
            throw SandboxError.engineUnavailable(
                name: Self.name,
                reason: "bubblewrap is not installed",
                remedy: "run: apt-get install bubblewrap"
            )
        }
        bubblewrap = path
        do {
            let specification = SandboxSpecification(
                image: SandboxImage(reference: "", digest: ""),
                label: "probe",
                mounts: [],
                workingDirectory: "/"
            )
            _ = try await withSandbox(specification) { try await $0.run(["true"], timeout: .seconds(20)) }
        } catch SandboxError.startFailed(_, let reason) {
            throw SandboxError.engineUnavailable(
                name: Self.name,
                reason: "namespaces do not work here: \(reason)",
                remedy: "allow unprivileged user namespaces, or run as root"
            )
        }
    }

    public func version() async throws -> String {
        try await Command(bubblewrap, ["--version"]).runChecked().text.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    public func image(
        dockerfile: URL,
        onOutput: @escaping @Sendable (String) -> Void
    ) async throws -> SandboxImage {
        let context = try BuildContext(dockerfile: dockerfile)
        try context.check()
        let tools = HostTools(dockerfile: context.text)
        let missing = tools.missing(from: BubblewrapArguments.path.split(separator: ":").map(String.init))
        guard missing.isEmpty else {
            throw SandboxError.programsMissing(names: missing, packages: missing.compactMap(HostTools.package))
        }
        if tools.hasDependencies {
            onOutput(
                "the local engine installs none of the project's dependencies: tests that need them fail here unless this "
                    + "machine has them in /usr; use --engine podman"
            )
        }
        return SandboxImage(reference: "", digest: try context.digest())
    }

    public func layers(of image: SandboxImage, dockerfile: URL, in directory: URL) -> [ImageLayer] { [] }

    public func withSandbox<Result: Sendable>(
        _ specification: SandboxSpecification,
        _ body: @Sendable (any Sandbox) async throws -> Result
    ) async throws -> Result {
        let scratch = try Scratch.make()
        let name = "oneshot-\(scratch.id)"
        try scratch.remember(ControlGroup.places(name: name))
        let group = ControlGroup.make(name: name, limits: specification.limits)
        let sandbox = LocalSandbox(specification: specification, scratch: scratch, group: group, bubblewrap: bubblewrap)
        return try await withLoans(specification, scratch: scratch, to: StagedStart.user) {
            try HostSystem.writeOwnFiles(to: scratch.system)
            return try await body(sandbox)
        } takingDown: {
            try? await sandbox.killAll()
            await group?.remove()
        }
    }

    private static func path(of program: String) -> String? {
        BubblewrapArguments.path.split(separator: ":").map { "\($0)/\(program)" }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }
}
