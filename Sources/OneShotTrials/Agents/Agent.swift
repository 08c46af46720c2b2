import Foundation
import OneShotSandbox

/// A program that is given a task and a sandbox.
protocol Agent: Sendable {
    /// As in `--agent NAME` and `results.json`.
    var name: String { get }
    var version: String? { get }
    /// As the person asked for it; nil for the agent's own default.
    var model: String? { get }
    /// Whether it needs a model to do anything.
    var usesModel: Bool { get }
    /// Whether it is given the way to a model where there is one.
    var mayUseModel: Bool { get }
    /// Puts the agent's files into `directory`, which the sandbox sees read-only at `/opt/agent`, and says how to
    /// start it.
    func launch(in directory: URL) async throws -> AgentLaunch
    /// What the agent's output says about its run.
    func reading(of output: Data) -> AgentReading
}

extension Agent {
    var version: String? { nil }
    var model: String? { nil }
    var mayUseModel: Bool { usesModel }
    func reading(of output: Data) -> AgentReading { AgentReading() }
}

/// How an agent is started in its sandbox.
struct AgentLaunch: Sendable {
    /// Nil for an agent that does nothing.
    var command: [String]?
    var environment: [String: String] = [:]
    var mounts: [SandboxSpecification.Mount] = []
}

/// What an agent's output tells.
struct AgentReading: Sendable, Equatable {
    var lastMessage: String?
    /// The last error that it reported.
    var error: String?
}
