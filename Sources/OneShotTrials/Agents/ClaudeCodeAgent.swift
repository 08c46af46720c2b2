import Foundation
import OneShotCore
import OneShotProcess
import OneShotSandbox

/// The real Claude Code, headless, with everything off that is not the task: no telemetry, no updates, no tools that
/// would look something up elsewhere, no questions.
struct ClaudeCodeAgent: Agent {
    let name = "claude-code"
    let providers = [ModelProvider.anthropic]
    /// The native binary on this machine.
    let binary: URL
    let version: String?
    let options: AgentOptions

    var model: String? { options.model }

    static let heeded: Set<AgentOptions.Kind> = [.model, .reasoningEffort, .arguments, .environment]

    func launch(in directory: URL) async throws -> AgentLaunch {
        try AtomicFile.write(Data(), to: directory.appendingPathComponent("claude"))
        try AtomicFile.write(script, to: directory.appendingPathComponent("start.sh"))
        return AgentLaunch(
            command: ["sh", "\(InsidePath.agent)/start.sh"],
            environment: [
                "CLAUDE_CONFIG_DIR": "\(InsidePath.home)/.claude",
                // It asks nobody, and our sandbox is its sandbox.
                "IS_SANDBOX": "1",
                "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
                "DISABLE_TELEMETRY": "1", "DISABLE_ERROR_REPORTING": "1", "DISABLE_AUTOUPDATER": "1",
                "DISABLE_BUG_COMMAND": "1",
            ],
            mounts: [.init(host: binary, inside: "\(InsidePath.agent)/claude")],
            sessionFiles: [".claude/projects"],
            outputLimitVariable: "CLAUDE_CODE_MAX_OUTPUT_TOKENS"
        )
    }

    private var script: String {
        var words = ["--disallowedTools", "WebSearch,WebFetch", "--strict-mcp-config"]
        if let model { words += ["--model", model] }
        if let effort = options.reasoningEffort { words += ["--effort", effort] }
        let more = (words + options.arguments).map { " \(Command.quote($0))" }.joined()
        return """
            set -eu
            \(NativeBinary.loaderCheck(of: binary))mkdir -p "$CLAUDE_CONFIG_DIR"
            exec \(InsidePath.agent)/claude --print --output-format stream-json --verbose \\
                --dangerously-skip-permissions\(more) <\(InsidePath.task)/LM_INSTRUCTIONS.md

            """
    }

    /// Reads the stream's last event, the result.
    func reading(of output: Data) -> AgentReading {
        var reading = AgentReading()
        for line in output.split(separator: UInt8(ascii: "\n")) {
            guard let event = try? JSON(parsing: line), event["type"]?.string == "result" else { continue }
            let text = event["result"]?.string
            if event["is_error"]?.bool == true {
                reading.error = text ?? event["subtype"]?.string
            } else {
                reading.lastMessage = text
            }
        }
        return reading
    }

    /// - Parameters:
    ///   - path: the binary, or a directory that has it; takes precedence.
    ///   - environment: for `ONESHOT_CLAUDE_CODE` and `PATH`.
    /// - Throws: ``TrialError/agentMissing(name:remedy:)``.
    static func locate(path: URL?, environment: [String: String]) throws -> URL {
        if let named = NativeBinary.named(path, variable: "ONESHOT_CLAUDE_CODE", environment: environment) {
            guard let binary = binary(at: named) else {
                throw TrialError.agentMissing(
                    name: "claude-code",
                    remedy: "\(named.path) is not Claude Code's native binary, nor a directory that has it"
                )
            }
            return binary
        }
        let onPath = NativeBinary.places(of: "claude", environment: environment).lazy.compactMap(binary(at:))
        guard let binary = onPath.first else {
            throw TrialError.agentMissing(
                name: "claude-code",
                remedy: "install its native binary ('pip install claude-agent-sdk' has it as _bundled/claude), or name "
                    + "it with --agent-path or ONESHOT_CLAUDE_CODE"
            )
        }
        return binary
    }

    /// - Parameter place: the binary, the package `claude_agent_sdk`, or a virtual environment with it.
    private static func binary(at place: URL) -> URL? {
        let file = place.resolvingSymlinksInPath()
        let library = file.appendingPathComponent("lib")
        let pythons = (try? FileManager.default.contentsOfDirectory(atPath: library.path)) ?? []
        let below =
            ["claude", "_bundled/claude", "claude_agent_sdk/_bundled/claude"]
            + pythons.sorted().map { "lib/\($0)/site-packages/claude_agent_sdk/_bundled/claude" }
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: file.path, isDirectory: &isDirectory) else { return nil }
        let candidates = isDirectory.boolValue ? below.map { file.appendingPathComponent($0) } : [file]
        return candidates.map { $0.resolvingSymlinksInPath() }.first(where: NativeBinary.isOne)
    }
}
