import Foundation
import OneShotTesting
import Testing

@testable import OneShotSandbox

/// The engines that integration tests run on. In CI `local` and `podman` must be there.
enum TestEngine: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case local, podman, docker

    var testDescription: String { rawValue }

    static let available = allCases.filter { engine in
        if !engine.isAvailable { print("skipped: sandbox tests on \(engine.rawValue): \(engine.reason)") }
        return engine.isAvailable
    }

    private var reason: String {
        switch self {
        case .local: "bubblewrap is not installed"
        case .podman: "podman is not installed"
        case .docker: "ONESHOT_TEST_DOCKER is not set"
        }
    }

    var isAvailable: Bool {
        switch self {
        case .local: Tool.isAvailable("bwrap")
        case .podman: Tool.isAvailable("podman")
        // Its client is on many machines where no daemon answers, so it takes a word of the person.
        case .docker: ProcessInfo.processInfo.environment["ONESHOT_TEST_DOCKER"] != nil
        }
    }

    /// Runs `body` in a sandbox with an empty writable `/workspace`, on the host `workspace`.
    func withSandbox<Result: Sendable>(
        network: SandboxSpecification.Network = .none,
        limits: SandboxSpecification.Limits = .init(),
        mounts: [SandboxSpecification.Mount] = [],
        _ body: @Sendable (_ sandbox: any Sandbox, _ workspace: URL) async throws -> Result
    ) async throws -> Result {
        let engine = try await ChosenEngines.shared.engine(self)
        return try await withTemporaryDirectory { directory in
            let workspace = directory.appendingPathComponent("workspace")
            try FileManager.default.createDirectory(at: workspace, withIntermediateDirectories: true)
            let dockerfile = directory.appendingPathComponent("Dockerfile")
            try Data("FROM debian:bookworm-slim\n".utf8).write(to: dockerfile)
            let specification = SandboxSpecification(
                image: try await engine.image(dockerfile: dockerfile) { print($0) },
                label: "test",
                mounts: [.init(host: workspace, inside: "/workspace", writable: true)] + mounts,
                network: network,
                limits: limits
            )
            return try await engine.withSandbox(specification) { try await body($0, workspace) }
        }
    }
}

/// Each engine is chosen once: that alone starts several programs.
private actor ChosenEngines {
    static let shared = ChosenEngines()
    private var chosen: [TestEngine: Task<any Engine, any Error>] = [:]

    func engine(_ name: TestEngine) async throws -> any Engine {
        let task = chosen[name] ?? Task { try await EngineSelection.choose(named: name.rawValue) }
        chosen[name] = task
        return try await task.value
    }
}
