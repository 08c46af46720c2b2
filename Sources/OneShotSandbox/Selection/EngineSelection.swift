import Foundation
import OneShotCore

/// Which engine a trial uses.
public enum EngineSelection {
    /// The names that ``choose(named:)`` knows, in the order in which they are tried.
    public static let names = ContainerDialect.allCases.map(\.rawValue) + [LocalEngine.name]

    /// - Parameter name: `docker`, `podman` or `local`; nil for the first of these that works here: a container
    ///   engine that answers, can run a container and can get at a base image, else namespaces.
    /// - Throws: ``SandboxError/engineUnavailable(name:reason:remedy:)`` for a named engine,
    ///   ``SandboxError/unknownEngine(name:)``, ``SandboxError/noEngine(reasons:)`` when none works.
    ///
    /// What a killed `oneshot` has left behind in the chosen engine is cleared away first.
    public static func choose(named name: String? = nil) async throws -> any Engine {
        await SandboxReaper.reapLocal()
        guard let name else { return try await firstThatWorks() }
        return try await engine(named: name, asked: true)
    }

    private static func firstThatWorks() async throws -> any Engine {
        var reasons: [String] = []
        for name in names {
            do {
                return try await engine(named: name, asked: false)
            } catch SandboxError.engineUnavailable(_, let reason, _) {
                reasons.append("\(name): \(reason)")
            }
        }
        throw SandboxError.noEngine(reasons: reasons)
    }

    private static func engine(named name: String, asked: Bool) async throws -> any Engine {
        if name == LocalEngine.name { return try await LocalEngine() }
        guard let dialect = ContainerDialect(rawValue: name) else { throw SandboxError.unknownEngine(name: name) }
        let engine = try await ContainerEngine.ready(dialect, named: asked)
        try await SandboxReaper.reapContainers(engine.client)
        return engine
    }
}
