import ArgumentParser
import Foundation
import OneShotTrials

/// Which agent runs, and what it is told.
struct AgentSelection: ParsableArguments {
    @Option(
        help: """
            codex, claude-code, mini-swe-agent, aider, replay (a recorded session's changes), oracle (the solution), nop (nothing), \
            command, or a TOML file that describes one (docs/agents.md).
            """
    )
    var agent = "codex"

    @Option(help: "With --agent command: the command line to run in the sandbox.")
    var command: String?

    @Option(help: "With --agent replay: the recorded session: its id, a run, or a session_clean.json.")
    var session: String?

    @Option(help: "Where the agent's binary or package is (default: ONESHOT_CODEX or ONESHOT_CLAUDE_CODE, else PATH).")
    var agentPath: String?

    @Option(help: "The model the agent is to use (default: its own choice).")
    var model: String?

    @Option(help: "How hard the model is to think, in the agent's own words: low, medium, high.")
    var reasoningEffort: String?

    @Option(parsing: .unconditionalSingleValue, help: "A word for the agent's command line; can be repeated.")
    var agentArg: [String] = []

    @Option(help: "NAME=VALUE for the agent's environment, or NAME for its value here; can be repeated.")
    var agentEnv: [String] = []

    private enum Kind: String, CaseIterable {
        case codex
        case claudeCode = "claude-code"
        case miniSWEAgent = "mini-swe-agent"
        case aider, oracle, nop, command, replay
    }

    private var kind: Kind? { Kind(rawValue: agent) }

    /// A name that ends in `.toml` or has a slash is the path of a file.
    private var isFile: Bool { agent.hasSuffix(".toml") || agent.contains("/") }

    func validate() throws {
        guard kind != nil || isFile else {
            let names = Kind.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("--agent is one of \(names), or the path of a TOML file; not '\(agent)'")
        }
        if kind != .command, command != nil { throw ValidationError("--command goes with --agent command") }
        guard (kind == .replay) == (session != nil) else {
            throw ValidationError("--agent replay goes with --session, and --session with --agent replay")
        }
        if agentPath != nil, kind != .codex, kind != .claudeCode {
            throw ValidationError("--agent-path goes with --agent codex or claude-code")
        }
    }

    var choice: AgentChoice {
        let path = agentPath.map { URL(fileURLWithPath: $0) }
        return switch kind {
        case .codex: .codex(path: path)
        case .claudeCode: .claudeCode(path: path)
        case .miniSWEAgent: .miniSWEAgent
        case .aider: .aider
        case .oracle: .oracle
        case .nop: .nop
        case .command: .command(command ?? "")
        case .replay: .replay(session: Self.place(session ?? ""))
        case nil: .file(URL(fileURLWithPath: agent))
        }
    }

    /// A path as it is from everywhere; anything else as it is.
    private static func place(_ name: String) -> String {
        FileManager.default.fileExists(atPath: name) ? URL(fileURLWithPath: name).standardizedFileURL.path : name
    }

    /// - Throws: `TrialError` for a variable that cannot be had.
    func options(environment: [String: String]) throws -> AgentOptions {
        AgentOptions(
            model: model,
            reasoningEffort: reasoningEffort,
            arguments: agentArg,
            environment: try AgentOptions.variables(agentEnv, environment: environment)
        )
    }
}
