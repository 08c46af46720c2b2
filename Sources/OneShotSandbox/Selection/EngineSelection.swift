import Foundation
import OneShotCore

/// Which engine a trial uses.
public enum EngineSelection {
    /// The names that ``choose(named:)`` knows, in the order in which they are tried.
    public static let names = ContainerDialect.allCases.map(\.rawValue) + [LocalEngine.name]

    /// - Parameters:
    ///   - quota: how much room the engine's images may take before another is built.
    ///   - name: `docker`, `podman`, `apple-container` or `local`; nil for the first of these that works here: a container
    ///   engine that answers, can run a container and can get at a base image, else namespaces.
    /// - Throws: ``SandboxError/engineUnavailable(name:reason:remedy:)`` for a named engine,
    ///   ``SandboxError/unknownEngine(name:)``, ``SandboxError/noEngine(reasons:)`` when none works.
    ///
    /// What a killed `oneshot` has left behind in the chosen engine is cleared away first.
    public static func choose(
        named name: String? = nil,
        imageQuota quota: ImageQuota = .standard
    ) async throws -> any Engine {
        await SandboxReaper.reapDirectories()
        if let name { return try await engine(named: name, asked: true, quota) }
        return try await firstThatWorks(quota)
    }

    private static func firstThatWorks(_ quota: ImageQuota) async throws -> any Engine {
        var reasons: [String] = []
        for name in ContainerDialect.here.map(\.rawValue) + [LocalEngine.name] {
            do {
                return try await engine(named: name, asked: false, quota)
            } catch SandboxError.engineUnavailable(_, let reason, _) {
                reasons.append("\(name): \(reason)")
            }
        }
        throw SandboxError.noEngine(reasons: reasons)
    }

    private static func engine(named name: String, asked: Bool, _ quota: ImageQuota) async throws -> any Engine {
        if name == LocalEngine.name { return try await LocalEngine() }
        guard let dialect = ContainerDialect(rawValue: name) else { throw SandboxError.unknownEngine(name: name) }
        var engine = try await ContainerEngine.ready(dialect, named: asked)
        engine.quota = quota
        try await SandboxReaper.reapContainers(engine.client)
        return engine
    }
}
