import Foundation
import OneShotSandbox

/// A program that is given a task and a sandbox.
protocol Agent: Sendable {
    /// As in `--agent NAME` and `results.json`.
    var name: String { get }
    var version: String? { get }
    /// As the person asked for it; nil for the agent's own default.
    var model: String? { get }
    /// The model APIs that it may talk to, where their keys are there.
    var providers: [ModelProvider] { get }
    /// Whether it needs a model to do anything.
    var usesModel: Bool { get }
    /// What is run before it, with a way to registries and to nothing else.
    var install: AgentInstall? { get }
    /// Puts the agent's files into `directory`, which the sandbox sees read-only at `/opt/agent`, and says how to
    /// start it.
    func launch(in directory: URL) async throws -> AgentLaunch
    /// What the agent's output says about its run.
    func reading(of output: Data) -> AgentReading
}

extension Agent {
    var version: String? { nil }
    var model: String? { nil }
    var providers: [ModelProvider] { [] }
    var usesModel: Bool { !providers.isEmpty }
    var install: AgentInstall? { nil }
    func reading(of output: Data) -> AgentReading { AgentReading() }
}

/// How an agent is started in its sandbox.
struct AgentLaunch: Sendable {
    /// Nil for an agent that does nothing.
    var command: [String]?
    var environment: [String: String] = [:]
    var mounts: [SandboxSpecification.Mount] = []
    /// Patterns of the paths below its `HOME` where it keeps its own record of the session.
    var sessionFiles: [String] = []
    /// The variable that says how many tokens an answer may have at most, for an agent that else asks for so many with
    /// each call that a limit of usual size would refuse the first.
    var outputLimitVariable: String?
}

/// What an agent needs that its image does not have.
struct AgentInstall: Sendable, Equatable {
    /// Lines for `sh`; the first that fails ends the trial.
    var lines: [String]
    /// The hosts that they may reach.
    var hosts: [String]
}

/// What an agent's output tells.
struct AgentReading: Sendable, Equatable {
    var lastMessage: String?
    /// The last error that it reported.
    var error: String?
}
