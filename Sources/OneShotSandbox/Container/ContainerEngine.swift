public import Foundation
import OneShotCore
import OneShotProcess

/// The engines docker and podman.
///
/// Enforced by both: no network but the forwarded port, no capabilities, no new privileges, the engine's default
/// seccomp filter, a read-only system, an unprivileged user, limits on memory, CPU and processes.
public struct ContainerEngine: Engine {
    let client: ContainerClient
    var quota = ImageQuota.standard

    public var name: String { client.dialect.rawValue }

    public func version() async throws -> String { try await client.version() }

    public func image(
        dockerfile: URL,
        onOutput: @escaping @Sendable (String) -> Void
    ) async throws -> SandboxImage {
        let context = try BuildContext(dockerfile: dockerfile)
        try context.check()
        let digest = try context.digest()
        let image = SandboxImage(reference: "localhost/oneshot/\(digest.prefix(12))", digest: digest)
        let store = ImageStore(client: client)
        if let ready = try await find(image) {
            store.use(image.reference)
            return ready
        }
        return try await EngineLock.hold(client.dialect) {
            if let ready = try await find(image) { return ready }
            try await BaseImage(client: client).importIfMissing()
            let base = try await base(of: context)
            try await store.makeRoom(quota, tell: onOutput)
            try await build(image, from: context, base: base, onOutput: onOutput)
            store.use(image.reference)
            return SandboxImage(reference: image.reference, digest: digest, base: base)
        }
    }

    private func find(_ image: SandboxImage) async throws -> SandboxImage? {
        guard let facts = try await client.image(image.reference) else { return nil }
        let base = facts.labels[ImageStore.baseLabel] ?? ""
        return SandboxImage(reference: image.reference, digest: image.digest, base: base.isEmpty ? nil : base)
    }

    /// Fetches the base if it is not here; if that fails, the build says why.
    private func base(of context: BuildContext) async throws -> String? {
        guard let name = context.base, name != "scratch", !name.contains("$") else { return nil }
        if try await !client.hasImage(name) {
            _ = try await client.run(client.dialect.pullArguments + [name], timeout: nil)
        }
        return try await client.image(name).map { $0.registryDigest ?? $0.id }
    }

    public func withSandbox<Result: Sendable>(
        _ specification: SandboxSpecification,
        _ body: @Sendable (any Sandbox) async throws -> Result
    ) async throws -> Result {
        if case .forwarded = specification.network, !client.dialect.lendsSockets {
            throw SandboxError.engineUnavailable(
                name: name,
                reason: "it cannot lend a sandbox the socket that leads to the model",
                remedy: "use --engine docker or podman for an agent that needs one"
            )
        }
        let scratch = try Scratch.make(for: client)
        let sandbox = ContainerSandbox(client: client, specification: specification, scratch: scratch)
        return try await withLoans(specification, scratch: scratch, to: 1000) {
            try HostSystem.writeOwnFiles(to: scratch.system)
            return try await body(sandbox)
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
        let directory = try LeasedDirectory.make(.build)
        do {
            try directory.remember(client)
            try await build(image, from: context, base: base, in: directory, onOutput: onOutput)
        } catch {
            // A builder that was stopped has not cleared up.
            try? await uncancelled { await directory.reap() }
            throw error
        }
        directory.remove()
    }

    private func build(
        _ image: SandboxImage,
        from context: BuildContext,
        base: String?,
        in directory: LeasedDirectory,
        onOutput: @escaping @Sendable (String) -> Void
    ) async throws {
        let files = directory.url.appendingPathComponent("context")
        let settings = directory.url.appendingPathComponent("settings")
        try AtomicFile.makeDirectory(files, mode: 0o700)
        try context.write(to: files)
        try BuildSettings().write(to: settings)
        let arguments =
            ["build", "--tag", image.reference, "--label", "\(ImageStore.label)=\(image.digest)"]
            + (base.map { ["--label", "\(ImageStore.baseLabel)=\($0)"] } ?? [])
            + client.dialect.settingsArguments(settings) + client.dialect.buildArguments + [files.path]
        let log = BuildLogCollector()
        var builder = client
        builder.environment["TMPDIR"] = try directory.makeCompanion().path
        let result = try await builder.command(arguments).run { data, channel in
            for line in await log.append(data, from: channel) { onOutput(line) }
        }
        guard result.succeeded else {
            let failure = await log.failure()
            if failure.lines.contains(where: { $0.lowercased().contains("no space left on device") }) {
                let place = await client.storage() ?? "the engine's disk"
                throw SandboxError.noSpace(place: place, free: 0, needed: ImageStore.leastFree)
            }
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
