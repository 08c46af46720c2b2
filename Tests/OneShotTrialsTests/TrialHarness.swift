import Foundation
import OneShotCore
import OneShotRecorder
import OneShotSandbox
import OneShotTesting
import Testing

@testable import OneShotTrials

/// The engines that integration tests run on. In CI `local` and `podman` must be there.
enum TestEngine: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case local, podman

    var testDescription: String { rawValue }

    static let available = allCases.filter { engine in
        switch engine {
        case .local: Tool.isAvailable("bwrap")
        case .podman: Tool.isAvailable("podman")
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
        options: AgentOptions = AgentOptions(),
        seconds: Int = 60,
        budget: Budget? = nil,
        upstreams: [String: URL] = [:]
    ) async throws -> (results: TrialResults, directory: RunDirectory) {
        try await runner.run(
            TrialRequest(
                task: task,
                agent: agent,
                options: options,
                timeLimit: .seconds(seconds),
                budget: budget,
                verifierLimit: .seconds(60),
                upstreams: upstreams
            )
        )
    }

    /// What a command printed to its log.
    func log(_ directory: RunDirectory) throws -> String { try String(contentsOf: directory.agentLog, encoding: .utf8) }
    func diff(_ directory: RunDirectory) throws -> String { try String(contentsOf: directory.diff, encoding: .utf8) }
}
