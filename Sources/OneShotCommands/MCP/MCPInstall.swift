import ArgumentParser
import Foundation
import OneShotCore
import OneShotMCP
import OneShotWorkbench

/// `oneshot mcp install`
struct MCPInstall: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "install",
        abstract: "Give Codex the task tools: a marked block in its config.toml.",
        discussion: """
            Every other byte of the file stays as it is. Without --workspace, each repository's tasks go to the workspace \
            that it lies in.

              oneshot mcp install --codex-home ~/.codex
            """
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var codex: CodexHomeOptions

    func run() async throws {
        let workspace = global.workspace == nil ? nil : try global.resolvedWorkspace().root
        let executable = try OneShotProgram.current(environment: ProcessInfo.processInfo.environment)
        let change = try codex.configuration.install(executable: executable.path, workspace: workspace)
        Console(quiet: global.quiet).result("\(codex.configuration.file.path): \(change.rawValue)")
    }
}

/// The option that names Codex's directory.
struct CodexHomeOptions: ParsableArguments {
    @Option(help: "Codex's directory (default: CODEX_HOME, else ~/.codex).")
    var codexHome: String?

    var configuration: CodexConfiguration {
        let environment = ProcessInfo.processInfo.environment
        guard let codexHome else { return .standard(environment: environment) }
        return CodexConfiguration(home: URL(fileURLWithPath: codexHome).absoluteURL)
    }
}
