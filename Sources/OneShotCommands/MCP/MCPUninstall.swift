import ArgumentParser
import Foundation
import OneShotMCP

/// `oneshot mcp uninstall`
struct MCPUninstall: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "uninstall",
        abstract: "Take the task tools out of Codex's config.toml again, to the byte.",
        discussion: """
              oneshot mcp uninstall
            """
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var codex: CodexHomeOptions

    func run() async throws {
        let change = try codex.configuration.uninstall()
        Console(quiet: global.quiet).result("\(codex.configuration.file.path): \(change.rawValue)")
    }
}
