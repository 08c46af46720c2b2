import Foundation
import OneShotCore
import OneShotProcess

extension ContainerEngine {
    /// An engine that answers and has been seen to run a container here.
    ///
    /// What was seen is remembered for as long as the engine and the machine's boot stay the same, so only the first
    /// call takes more than a moment.
    ///
    /// - Parameter named: whether the person asked for it; then a base image that is missing is left to the build.
    /// - Throws: ``SandboxError/engineUnavailable(name:reason:remedy:)``.
    static func ready(_ dialect: ContainerDialect, named: Bool) async throws -> ContainerEngine {
        var plain = ContainerClient(dialect: dialect)
        let version = try await plain.version()
        plain = try await plain.knowingItsControls()
        let base = BaseImage(client: plain)
        switch try await base.source() {
        case .present: break
        case .tar: try await EngineLock.hold(dialect) { try await base.importIfMissing() }
        case .registry: return ContainerEngine(client: try await withoutProbe(plain))
        case .none:
            guard named else {
                throw SandboxError.engineUnavailable(
                    name: dialect.rawValue,
                    reason: "it has no image \(BaseImage.reference) and no registry is reachable",
                    remedy: "run scripts/make-base-image.sh"
                )
            }
            return ContainerEngine(client: try await withoutProbe(plain))
        }
        return ContainerEngine(client: try await client(plain, version: version))
    }

    /// The client with the environment under which a container was seen to run.
    private static func client(_ plain: ContainerClient, version: String) async throws -> ContainerClient {
        let memory = ProbeMemory(dialect: plain.dialect, version: version)
        if let known = try remembered(plain, memory) { return known }
        return try await EngineLock.hold(plain.dialect) {
            if let known = try remembered(plain, memory) { return known }
            return try await probed(plain, memory)
        }
    }

    private static func remembered(_ plain: ContainerClient, _ memory: ProbeMemory) throws -> ContainerClient? {
        guard let usesOurConfiguration = memory.recall() else { return nil }
        return try usesOurConfiguration ? configured(plain) : plain
    }

    private static func probed(_ plain: ContainerClient, _ memory: ProbeMemory) async throws -> ContainerClient {
        var reason = try await failure(of: plain)
        if reason == nil {
            try memory.remember(usesOurConfiguration: false)
            return plain
        }
        if plain.dialect == .podman {
            let configured = try configured(plain)
            reason = try await failure(of: configured)
            if reason == nil {
                try memory.remember(usesOurConfiguration: true)
                return configured
            }
        }
        throw SandboxError.engineUnavailable(
            name: plain.dialect.rawValue,
            reason: "it cannot run a container: \(reason ?? "")",
            remedy: plain.dialect == .podman
                ? "install runc, or see what 'podman run \(BaseImage.reference) true' says"
                : "see what 'docker run \(BaseImage.reference) true' says"
        )
    }

    /// Where nothing can be run yet: our configuration if the limits that podman asks for are out of reach.
    private static func withoutProbe(_ plain: ContainerClient) async throws -> ContainerClient {
        guard plain.dialect == .podman, PodmanConfiguration().openFiles < 1_048_576, geteuid() == 0 else {
            return plain
        }
        return try configured(plain)
    }

    private static func configured(_ plain: ContainerClient) throws -> ContainerClient {
        var client = plain
        client.environment = try PodmanConfiguration().write()
        return client
    }

    /// Runs a container under all our restrictions.
    ///
    /// - Returns: why that did not work, or nil.
    private static func failure(of client: ContainerClient) async throws -> String? {
        let specification = SandboxSpecification(
            image: SandboxImage(reference: BaseImage.reference, digest: ""),
            label: "probe",
            mounts: [],
            workingDirectory: "/"
        )
        do {
            let result = try await ContainerEngine(client: client).withSandbox(specification) { sandbox in
                try await sandbox.run(["true"], timeout: .seconds(30))
            }
            return result.succeeded ? nil : "a container that does nothing ended with \(result.shellCode)"
        } catch SandboxError.startFailed(_, let reason) {
            return reason
        }
    }
}
