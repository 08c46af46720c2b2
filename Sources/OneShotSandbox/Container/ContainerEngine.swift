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
        if try await client.hasImage(image.reference) { return image }
        return try await EngineLock.hold(client.dialect) {
            if try await client.hasImage(image.reference) { return image }
            try await BaseImage(client: client).importIfMissing()
            try await build(image, from: context, onOutput: onOutput)
            return image
        }
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
        onOutput: @escaping @Sendable (String) -> Void
    ) async throws {
        let directory = FileManager.default.temporaryDirectory
            .appendingPathComponent("oneshot-build-\(image.digest.prefix(12))-\(UUID().uuidString.prefix(8))")
        try AtomicFile.makeDirectory(directory, mode: 0o700)
        defer { try? FileManager.default.removeItem(at: directory) }
        try context.write(to: directory)
        // The Dockerfile is the person's own, and may need its packages; the agent's containers have no network.
        let arguments =
            ["build", "--network=host", "--tag", image.reference, "--label", "oneshot.image=\(image.digest)"]
            + client.dialect.buildArguments + [directory.path]
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
