public import Foundation
import OneShotCore
import OneShotProcess
import OneShotRecorder

/// Looks at everything that recording depends on. Needs no network; changes nothing but for one recorded exchange.
public struct Doctor: Sendable {
    public var recorder: WorkspaceRecorder
    public var environment: [String: String]

    public init(
        recorder: WorkspaceRecorder,
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) {
        self.recorder = recorder
        self.environment = environment
    }

    public func run() async throws -> [Check] {
        let running = try RecorderProcess.running(in: recorder.workspace)
        return [
            try await health(of: running),
            await plainHTTP(through: running),
            await interception(by: running),
            await databases(),
            authority(of: running),
            await trust(in: running),
            await codex(),
            codexSynth(),
            taskTools(),
            await program("git", needed: true),
            await program("sqlite3", needed: false),
        ]
    }
}

// MARK: - Programs

extension Doctor {
    private func codex() async -> Check {
        let name = environment["ONESHOT_CODEX"] ?? "codex"
        guard let found = ProgramSearch(environment: environment).find(name) else {
            return .warning(
                "codex",
                "'\(name)' was not found",
                remedy: "install Codex (pip install openai-codex-cli-bin), or set ONESHOT_CODEX to it"
            )
        }
        guard let version = await version(of: found) else {
            return .failed("codex", "\(found.path) does not run", remedy: "install Codex again")
        }
        return .passed("codex", "\(version), \(found.path)")
    }

    private func codexSynth() -> Check {
        guard let found = CodexSynth.onPath(environment: environment) else {
            let directory = CodexSynth.defaultDirectory(environment: environment)
            return CodexSynth(directory: directory).isInstalled
                ? .warning(
                    "codex-synth",
                    "installed in \(directory.path), which is not on the PATH",
                    remedy: "export PATH=\"\(directory.path):$PATH\""
                )
                : .warning("codex-synth", "not installed", remedy: "oneshot install codex-synth")
        }
        return CodexSynth(directory: found.deletingLastPathComponent()).isInstalled
            ? .passed("codex-synth", found.path)
            : .warning(
                "codex-synth",
                "\(found.path) is not ours",
                remedy: "move it away, then: oneshot install codex-synth"
            )
    }

    private func taskTools() -> Check {
        let home = environment["CODEX_HOME"] ?? HomeDirectory.url(in: environment).path + "/.codex"
        let file = home + "/config.toml"
        let text = (try? String(contentsOfFile: file, encoding: .utf8)) ?? ""
        let isThere = text.split(separator: "\n").contains {
            $0.trimmingCharacters(in: .whitespaces).hasPrefix("[mcp_servers.oneshot]")
        }
        return isThere
            ? .passed("task tools", "registered in \(file)")
            : .warning("task tools", "not registered in \(file)", remedy: "oneshot mcp install")
    }

    private func program(_ name: String, needed: Bool) async -> Check {
        guard let found = ProgramSearch(environment: environment).find(name), let version = await version(of: found)
        else {
            let remedy = "apt-get install \(name)"
            return needed
                ? .failed(name, "not found", remedy: remedy)
                : .warning(name, "not found; only the guide's queries need it", remedy: remedy)
        }
        return .passed(name, version)
    }

    /// The first line that the program says about itself.
    private func version(of program: URL) async -> String? {
        let command = Command(
            program.path,
            ["--version"],
            environment: .exactly(environment),
            timeout: .seconds(20)
        )
        guard let result = try? await command.run(), result.succeeded else { return nil }
        return result.text.split(separator: "\n").first.map(String.init)
    }
}
