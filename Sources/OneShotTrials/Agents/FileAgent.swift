import Foundation
import OneShotCore
import OneShotSandbox

/// The agent that a TOML file describes.
struct FileAgent: Agent {
    let file: AgentFile
    let options: AgentOptions

    var name: String { file.name }
    var version: String? { file.content.version }
    var model: String? { options.model }
    var providers: [ModelProvider] {
        (file.content.providers ?? []).map { ModelProvider(host: $0.host, keyVariable: $0.key) }
    }
    var install: AgentInstall? {
        file.content.install.map { AgentInstall(lines: $0, hosts: file.content.installHosts ?? []) }
    }

    func launch(in directory: URL) async throws -> AgentLaunch {
        var mounts: [SandboxSpecification.Mount] = []
        if let files = file.files {
            try AtomicFile.makeDirectory(directory.appendingPathComponent("files"))
            mounts.append(.init(host: files, inside: "\(InsidePath.agent)/files"))
        }
        return AgentLaunch(
            command: command,
            environment: file.content.environment ?? [:],
            mounts: mounts,
            sessionFiles: file.content.sessionFiles ?? []
        )
    }

    var command: [String] {
        var words = file.content.command
        if let model = options.model {
            words += (file.content.modelFlag ?? []).map { $0.replacing("{model}", with: model) }
        }
        if let effort = options.reasoningEffort {
            words += (file.content.reasoningEffortFlag ?? []).map { $0.replacing("{reasoning_effort}", with: effort) }
        }
        return (words + options.arguments).map {
            $0.replacing("{instructions}", with: "\(InsidePath.task)/LM_INSTRUCTIONS.md")
                .replacing("{files}", with: "\(InsidePath.agent)/files")
        }
    }
}
