public import Foundation
import OneShotCore
import OneShotProcess

/// The engines docker and podman.
///
/// Enforced by both: no network but the forwarded port, no capabilities, no new privileges, the engine's default
/// seccomp filter, a read-only system, an unprivileged user, limits on memory, CPU and processes.
public struct ContainerEngine: Engine {
    let client: ContainerClient

    public var name: String { client.dialect.rawValue }

    public func version() async throws -> String { try await client.version() }

    public func image(
        dockerfile: URL,
        onOutput: @escaping @Sendable (String) -> Void
    ) async throws -> SandboxImage {
        let context = try BuildContext(dockerfile: dockerfile)
        let digest = try context.digest()
        let image = SandboxImage(reference: "localhost/oneshot/\(digest.prefix(12))", digest: digest)
        if let ready = try await find(image) { return ready }
        return try await EngineLock.hold(client.dialect) {
            if let ready = try await find(image) { return ready }
            try await BaseImage(client: client).importIfMissing()
            let base = try await base(of: context)
            try await build(image, from: context, base: base, onOutput: onOutput)
            return SandboxImage(reference: image.reference, digest: digest, base: base)
        }
    }

    private static let baseLabel = "oneshot.base"

    private func find(_ image: SandboxImage) async throws -> SandboxImage? {
        let template = "{{with .Config.Labels}}{{index . \"\(Self.baseLabel)\"}}{{end}}"
        guard let base = try await client.inspect(image.reference, template) else { return nil }
        return SandboxImage(reference: image.reference, digest: image.digest, base: base.isEmpty ? nil : base)
    }

    /// Fetches the base if it is not here; if that fails, the build says why.
    private func base(of context: BuildContext) async throws -> String? {
        guard let name = context.base, name != "scratch", !name.contains("$") else { return nil }
        if try await !client.hasImage(name) { _ = try await client.run(["pull", "--quiet", name], timeout: nil) }
        let template = "{{if .RepoDigests}}{{index .RepoDigests 0}}{{else}}{{.Id}}{{end}}"
        return try await client.inspect(name, template)
    }

    public func withSandbox<Result: Sendable>(
        _ specification: SandboxSpecification,
        _ body: @Sendable (any Sandbox) async throws -> Result
    ) async throws -> Result {
        let scratch = try Scratch.make()
        let sandbox = ContainerSandbox(client: client, specification: specification, scratch: scratch)
        return try await withLoans(specification, scratch: scratch, to: 1000) {
            try await body(sandbox)
        } takingDown: {
            try await sandbox.killAll()
        }
    }

    private func build(
        _ image: SandboxImage,
        from context: BuildContext,
        base: String?,
        onOutput: @escaping @Sendable (String) -> Void
    ) async throws {
        let directory = FileManager.default.temporaryDirectory
            .appendingPathComponent("oneshot-build-\(image.digest.prefix(12))-\(UUID().uuidString.prefix(8))")
        try AtomicFile.makeDirectory(directory, mode: 0o700)
        defer { try? FileManager.default.removeItem(at: directory) }
        let files = directory.appendingPathComponent("context")
        let settings = directory.appendingPathComponent("settings")
        try AtomicFile.makeDirectory(files)
        try context.write(to: files)
        try BuildSettings().write(to: settings)
        // The Dockerfile is the person's own, and may need its packages; the agent's containers have no network.
        let arguments =
            ["build", "--network=host", "--tag", image.reference, "--label", "oneshot.image=\(image.digest)"]
            + (base.map { ["--label", "\(Self.baseLabel)=\($0)"] } ?? [])
            + client.dialect.settingsArguments(settings) + client.dialect.buildArguments + [files.path]
        let log = BuildLogCollector()
        let result = try await client.command(arguments).run { data, channel in
            for line in await log.append(data, from: channel) { onOutput(line) }
        }
        guard result.succeeded else {
            let failure = await log.failure()
            throw SandboxError.imageFailed(step: failure.step, lines: failure.lines)
        }
    }
}

private actor BuildLogCollector {
    private var log = BuildLog()

    func append(_ data: Data, from channel: OutputChannel) -> [String] {
        log.append(data, isError: channel == .standardError)
    }

    func failure() -> (step: String, lines: [String]) { log.failure }
}
