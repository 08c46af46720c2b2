public import Foundation
import OneShotCore
import OneShotSandbox
import OneShotSessions

/// Which agent a trial runs, as a person chooses it.
public enum AgentChoice: Sendable, Equatable, Codable {
    /// The real Codex. Without a path it is `ONESHOT_CODEX`, else `codex` on `PATH`.
    case codex(path: URL?)
    /// The real Claude Code. Without a path it is `ONESHOT_CLAUDE_CODE`, else `claude` on `PATH`.
    case claudeCode(path: URL?)
    /// mini-swe-agent, from PyPI.
    case miniSWEAgent
    /// Applies the task's reference solution.
    case oracle
    /// Does nothing.
    case nop
    /// Any command line, run by `sh` in the sandbox.
    case command(String)
    /// Does a recorded session's changes again: its id in the workspace, a file with a cleaned session, or a run's
    /// directory.
    case replay(session: String)
    /// What a TOML file describes (`docs/formats/agent.md`).
    case file(URL)
}

extension AgentChoice {
    /// The agent, with everything checked that can be checked before a trial begins.
    func agent(
        solution: URL,
        options: AgentOptions,
        environment: [String: String],
        workspace: Workspace
    ) async throws -> any Agent {
        switch self {
        case .codex(let path):
            try options.check(for: "codex", heeding: CodexAgent.heeded)
            let package = try CodexPackage.locate(path: path, environment: environment)
            let version = await NativeBinary.version(of: package.executable, word: .last)
            return CodexAgent(package: package, version: version, options: options)
        case .claudeCode(let path):
            try options.check(for: "claude-code", heeding: ClaudeCodeAgent.heeded)
            let binary = try ClaudeCodeAgent.locate(path: path, environment: environment)
            let version = await NativeBinary.version(of: binary, word: .first)
            return ClaudeCodeAgent(binary: binary, version: version, options: options)
        case .miniSWEAgent:
            let name = "mini-swe-agent"
            try options.check(for: name, heeding: MiniSWEAgent.heeded)
            let provider = try Self.provider(of: options.model, for: name)
            let packages = PythonEnvironment(name: name, packages: MiniSWEAgent.packages, environment: environment)
            return MiniSWEAgent(providers: [provider], options: options, packages: try await packages.directory())
        case .oracle:
            try options.check(for: "oracle", heeding: [])
            return OracleAgent(solution: solution)
        case .nop:
            try options.check(for: "nop", heeding: [])
            return NopAgent()
        case .command(let line):
            try options.check(for: "command", heeding: CommandAgent.heeded)
            guard !line.allSatisfy(\.isWhitespace) else { throw TrialError.commandMissing }
            return CommandAgent(line: line)
        case .replay(let name):
            try options.check(for: "replay", heeding: [])
            return try ReplayAgent(try await Self.session(name, in: workspace))
        case .file(let url):
            let file = try AgentFile.read(url)
            try options.check(for: file.name, heeding: file.heeded)
            return FileAgent(file: file, options: options)
        }
    }

    /// Whom an agent asks that leaves the choice of the model to the person.
    private static func provider(of model: String?, for agent: String) throws(TrialError) -> ModelProvider {
        guard let model else { throw .modelMissing(agent: agent) }
        if let provider = ModelProvider.serving(model) { return provider }
        throw .providerUnknown(model: model, known: ModelProvider.byPrefix.keys.sorted())
    }

    private static func session(_ name: String, in workspace: Workspace) async throws -> Session {
        let url = URL(fileURLWithPath: name)
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isDirectory) else {
            let runs = workspace.runs.appendingPathComponent(name)
            guard !name.contains("/"), FileManager.default.fileExists(atPath: RunDirectory(runs).session.path) else {
                return try await SessionArchive(workspace).session(name)
            }
            return try StrictJSON.read(Session.self, at: RunDirectory(runs).session)
        }
        return try StrictJSON.read(Session.self, at: isDirectory.boolValue ? RunDirectory(url).session : url)
    }
}
