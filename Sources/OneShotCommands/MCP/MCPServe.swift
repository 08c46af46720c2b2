import ArgumentParser
import Foundation
import OneShotCore
import OneShotMCP

/// `oneshot mcp serve`
struct MCPServe: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Serve the task tools over standard input and output (Model Context Protocol).",
        discussion: """
            Agents start this themselves, in the repository that they work on; 'oneshot mcp install' tells Codex to. \
            What is called is noted in data/.oneshot/logs/mcp.log.

              oneshot mcp serve
            """
    )

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let here = URL(fileURLWithPath: FileManager.default.currentDirectoryPath, isDirectory: true)
        let workspace = global.workspace == nil ? nil : try global.resolvedWorkspace()
        await MCPServer(
            directory: here,
            workspace: workspace,
            version: OneShotVersion.text,
            environment: ProcessInfo.processInfo.environment
        ).run()
    }
}
