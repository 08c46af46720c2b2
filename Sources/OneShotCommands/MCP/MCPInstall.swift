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

            With --draft Codex hands OPENAI_API_KEY (and ONESHOT_JUDGE_MODEL, ONESHOT_JUDGE_BASE_URL) on to the server, so \
            that repo.end_task.v1 can have an instruction drafted where the user asks for it.
            """
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var codex: CodexHomeOptions

    @Flag(help: "Let the tools ask a model for drafts, with Codex's OPENAI_API_KEY.")
    var draft = false

    func run() async throws {
        let workspace = global.workspace == nil ? nil : try global.resolvedWorkspace().root
        let executable = try OneShotProgram.current(environment: ProcessInfo.processInfo.environment)
        let change = try codex.configuration.install(
            executable: executable.path,
            workspace: workspace,
            drafts: draft
        )
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
