public import Foundation
import OneShotCore
import OneShotSandbox

/// Which agent a trial runs, as a person chooses it.
public enum AgentChoice: Sendable, Equatable, Codable {
    /// The real Codex. Without a path it is `ONESHOT_CODEX`, else `codex` on `PATH`.
    case codex(path: URL?)
    /// The real Claude Code. Without a path it is `ONESHOT_CLAUDE_CODE`, else `claude` on `PATH`.
    case claudeCode(path: URL?)
    /// mini-swe-agent, from PyPI.
    case miniSWEAgent
    /// Aider, from PyPI.
    case aider
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
    ///
    /// - Parameter onNote: called with what a person should know of what takes long.
    func agent(
        solution: URL,
        options: AgentOptions,
        environment: [String: String],
        workspace: Workspace,
        onNote: @escaping @Sendable (String) async -> Void = { _ in }
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
        case .miniSWEAgent: return try await Self.python(.miniSWE, options, environment, onNote)
        case .aider: return try await Self.python(.aider, options, environment, onNote)
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
            return try ReplayAgent(try await RecordedSession.find(name, in: workspace))
        case .file(let url):
            let file = try AgentFile.read(url)
            try options.check(for: file.name, heeding: file.heeded)
            return FileAgent(file: file, options: options)
        }
    }

    private static func python(
        _ program: PythonAgent.Program,
        _ options: AgentOptions,
        _ environment: [String: String],
        _ onNote: @escaping @Sendable (String) async -> Void
    ) async throws -> PythonAgent {
        try options.check(for: program.name, heeding: PythonAgent.heeded)
        let provider = try provider(of: options.model, for: program.name)
        let packages = try await program.packages(environment: environment, onNote: onNote)
        return PythonAgent(program: program, providers: [provider], options: options, packages: packages)
    }

    /// Whom an agent asks that leaves the choice of the model to the person.
    private static func provider(of model: String?, for agent: String) throws(TrialError) -> ModelProvider {
        guard let model else { throw .modelMissing(agent: agent) }
        if let provider = ModelProvider.serving(model) { return provider }
        throw .providerUnknown(model: model, known: ModelProvider.byPrefix.keys.sorted())
    }
}
