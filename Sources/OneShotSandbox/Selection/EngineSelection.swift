import Foundation
import OneShotCore

/// Which engine a trial uses.
public enum EngineSelection {
    /// - Parameter name: `docker`, `podman` or `local`; nil for the first of these that works here.
    /// - Throws: ``SandboxError/engineUnavailable(name:reason:remedy:)`` for a named engine,
    ///   ``SandboxError/noEngine(reasons:)`` when none works.
    public static func choose(named name: String? = nil) async throws -> any Engine {
        await SandboxReaper.reap()
        switch name {
        case nil, LocalEngine.name: return try await LocalEngine()
        case .some(let name):
            throw SandboxError.engineUnavailable(name: name, reason: "unknown", remedy: "use local")
        }
    }
}
