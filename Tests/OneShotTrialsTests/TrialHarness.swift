import Foundation
import OneShotCore
import OneShotSandbox
import OneShotTesting
import Testing

@testable import OneShotTrials

/// The engines that integration tests use: those that work on this machine.
enum TestEngine: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case local
    case podman

    var testDescription: String { rawValue }

    static let available: [TestEngine] = allCases.filter { engine in
        switch engine {
        case .local: Tool.isAvailable("bwrap")
        // Building an image takes minutes where there is none: only where it is asked for.
        case .podman: ProcessInfo.processInfo.environment["ONESHOT_TEST_PODMAN"] != nil
        }
    }
}

/// A workspace with the fixture task in it, and a runner on it.
struct TrialHarness {
    let workspace: Workspace
    let task: URL
    let runner: TrialRunner

    static func with<Result: Sendable>(
        _ engine: TestEngine,
        task fixture: FixtureTask = FixtureTask(),
        environment: [String: String] = [:],
        _ body: (TrialHarness) async throws -> Result
    ) async throws -> Result {
        try await withTemporaryDirectory { directory in
            let workspace = Workspace(root: directory)
            try AtomicFile.makeDirectory(workspace.preparedTasks)
            let task = try await fixture.write(below: workspace.preparedTasks)
            let runner = TrialRunner(
                workspace: workspace,
                engine: try await EngineSelection.choose(named: engine.rawValue),
                version: "test",
                environment: environment
            )
            return try await body(TrialHarness(workspace: workspace, task: task, runner: runner))
        }
    }

    func run(
        _ agent: AgentChoice,
        seconds: Int = 60,
        tokens: Int? = nil,
        upstreams: [String: URL] = [:]
    ) async throws -> (results: TrialResults, directory: RunDirectory) {
        try await runner.run(
            TrialRequest(
                task: task,
                agent: agent,
                timeLimit: .seconds(seconds),
                tokenLimit: tokens,
                verifierLimit: .seconds(60),
                upstreams: upstreams
            )
        )
    }

    /// What a command printed to its log.
    func log(_ directory: RunDirectory) throws -> String { try String(contentsOf: directory.agentLog, encoding: .utf8) }
    func diff(_ directory: RunDirectory) throws -> String { try String(contentsOf: directory.diff, encoding: .utf8) }
}
