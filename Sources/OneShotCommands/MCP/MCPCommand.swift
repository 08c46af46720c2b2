import ArgumentParser

/// `oneshot mcp`: the task tools for agents.
struct MCPCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mcp",
        abstract: "Give coding agents the tools that start and end a task.",
        subcommands: [MCPServe.self, MCPInstall.self, MCPUninstall.self]
    )
}
