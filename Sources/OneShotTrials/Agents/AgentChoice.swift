public import Foundation
import OneShotSandbox

/// Which agent a trial runs, as a person chooses it.
public enum AgentChoice: Sendable, Equatable, Codable {
    /// The real Codex. Without a path it is `ONESHOT_CODEX`, else `codex` on `PATH`.
    case codex(path: URL?)
    /// Applies the task's reference solution.
    case oracle
    /// Does nothing.
    case nop
    /// Any command line, run by `sh` in the sandbox.
    case command(String)
}

/// Does nothing: a trial of it shows what the task's tests say about the start commit.
struct NopAgent: Agent {
    let name = "nop"
    let usesModel = false

    func launch(in directory: URL) async throws -> AgentLaunch { AgentLaunch() }
}

/// Applies the reference solution inside its sandbox, the only one that ever sees it.
struct OracleAgent: Agent {
    let name = "oracle"
    let usesModel = false
    let solution: URL

    func launch(in directory: URL) async throws -> AgentLaunch {
        AgentLaunch(
            command: [
                "git", "-C", InsidePath.workspace, "-c", "core.hooksPath=/dev/null", "apply", "--binary",
                "--whitespace=nowarn",
                InsidePath.solution + "/diff.patch",
            ],
            mounts: [.init(host: solution.deletingLastPathComponent(), inside: InsidePath.solution)]
        )
    }
}

/// A command line of the person's own.
struct CommandAgent: Agent {
    let name = "command"
    let usesModel = false
    let mayUseModel = true
    let line: String

    func launch(in directory: URL) async throws -> AgentLaunch {
        AgentLaunch(command: ["sh", "-c", line])
    }
}

extension AgentChoice {
    /// The agent, with everything checked that can be checked before a trial begins.
    func agent(solution: URL, model: String?, environment: [String: String]) async throws -> any Agent {
        switch self {
        case .codex(let path):
            let package = try CodexPackage.locate(path: path, environment: environment)
            return CodexAgent(package: package, version: await package.version(), model: model)
        case .oracle: return OracleAgent(solution: solution)
        case .nop: return NopAgent()
        case .command(let line):
            guard !line.allSatisfy(\.isWhitespace) else { throw TrialError.commandMissing }
            return CommandAgent(line: line)
        }
    }
}
