import Foundation
import OneShotCore
import OneShotProcess
import OneShotSandbox

/// The real Codex, headless, with everything off that is not the task: our sandbox is its sandbox, our proxy its only
/// way out, and the commands that it runs see neither its key nor the proxy.
struct CodexAgent: Agent {
    let name = "codex"
    let providers = [ModelProvider.openAI]
    let package: CodexPackage
    let version: String?
    let options: AgentOptions

    var model: String? { options.model }

    static let heeded: Set<AgentOptions.Kind> = [.model, .reasoningEffort, .arguments, .environment]

    func launch(in directory: URL) async throws -> AgentLaunch {
        let mountPoint = directory.appendingPathComponent(package.mountPoint)
        if package.host.hasDirectoryPath || package.mountPoint == "codex" {
            try AtomicFile.makeDirectory(mountPoint)
        } else {
            try AtomicFile.makeDirectory(mountPoint.deletingLastPathComponent())
            try AtomicFile.write(Data(), to: mountPoint)
        }
        try AtomicFile.write(Self.configuration, to: directory.appendingPathComponent("config.toml"))
        try AtomicFile.write(script, to: directory.appendingPathComponent("start.sh"))
        return AgentLaunch(
            command: ["sh", "\(InsidePath.agent)/start.sh"],
            environment: [
                // Not below TMPDIR, where Codex does not put its own tools.
                "CODEX_HOME": "\(InsidePath.home)/.codex",
                "CODEX_CA_CERTIFICATE": "\(InsidePath.agent)/ca.pem",
                // The recorder puts the real key in its place.
                "CODEX_API_KEY": AgentEnvironment.placeholderKey,
            ],
            mounts: [.init(host: package.host, inside: "\(InsidePath.agent)/\(package.mountPoint)")],
            sessionFiles: [".codex/sessions"]
        )
    }

    private var script: String {
        var words: [String] = []
        if let model { words += ["-m", model] }
        if let effort = options.reasoningEffort {
            words += ["-c", "model_reasoning_effort=\(JSON.string(effort).compactText)"]
        }
        let more = (words + options.arguments).map { " \(Command.quote($0))" }.joined()
        return """
            set -eu
            \(NativeBinary.loaderCheck(of: package.executable))mkdir -p "$CODEX_HOME"
            cp \(InsidePath.agent)/config.toml "$CODEX_HOME/config.toml"
            exec \(InsidePath.agent)/\(package.binary) exec --json --skip-git-repo-check --strict-config \\
                --dangerously-bypass-approvals-and-sandbox -C "$PWD"\(more) \\
                - <\(InsidePath.task)/LM_INSTRUCTIONS.md

            """
    }

    /// The model's own web search would be a way out of the sandbox.
    private static let configuration = """
        web_search = "disabled"
        [analytics]
        enabled = false
        [features]
        plugins = false
        api_key_model_discovery = false
        unbounded_connection_retries = false
        daemon_auto_start = false
        [shell_environment_policy]
        ignore_default_excludes = false
        exclude = ["*PROXY*", "*proxy*", "CODEX_HOME", "CODEX_CA_CERTIFICATE"]

        """

    /// Reads the `--json` events: one object per line.
    func reading(of output: Data) -> AgentReading {
        var reading = AgentReading()
        for line in output.split(separator: UInt8(ascii: "\n")) {
            guard let event = try? JSON(parsing: line) else { continue }
            switch event["type"]?.string {
            case "item.completed" where event["item"]?["type"]?.string == "agent_message":
                reading.lastMessage = event["item"]?["text"]?.string
            case "error": reading.error = event["message"]?.string
            case "turn.failed": reading.error = event["error"]?["message"]?.string
            default: break
            }
        }
        return reading
    }
}
