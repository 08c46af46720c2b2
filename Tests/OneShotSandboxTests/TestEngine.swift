import Foundation
import OneShotTesting
import Testing

@testable import OneShotSandbox

/// The engines that integration tests run on. In CI all of them must be there.
enum TestEngine: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case local, podman

    var testDescription: String { rawValue }

    static let available = allCases.filter { $0.isAvailable }

    var isAvailable: Bool {
        switch self {
        case .local: Tool.isAvailable("bwrap")
        case .podman: Tool.isAvailable("podman")
        }
    }

    /// Runs `body` in a sandbox with an empty writable `/workspace`, on the host `workspace`.
    func withSandbox<Result: Sendable>(
        network: SandboxSpecification.Network = .none,
        limits: SandboxSpecification.Limits = .init(),
        mounts: [SandboxSpecification.Mount] = [],
        _ body: @Sendable (_ sandbox: any Sandbox, _ workspace: URL) async throws -> Result
    ) async throws -> Result {
        let engine = try await EngineSelection.choose(named: rawValue)
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
