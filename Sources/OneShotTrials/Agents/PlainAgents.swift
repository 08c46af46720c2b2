import Foundation
import OneShotSandbox

/// Does nothing: a trial of it shows what the task's tests say about the start commit.
struct NopAgent: Agent {
    let name = "nop"

    func launch(in directory: URL) async throws -> AgentLaunch { AgentLaunch() }
}

/// Applies the reference solution inside its sandbox, the only one that ever sees it.
struct OracleAgent: Agent {
    let name = "oracle"
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
    let providers = [ModelProvider.openAI, .anthropic]
    let usesModel = false
    let line: String

    static let heeded: Set<AgentOptions.Kind> = [.environment]

    func launch(in directory: URL) async throws -> AgentLaunch {
        AgentLaunch(command: ["sh", "-c", line])
    }
}
