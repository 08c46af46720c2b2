public import ArgumentParser
import OneShotCore
public import OneShotWorkbench

/// `oneshot status`
struct RecorderStatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show whether a recorder runs, and what this workspace has recorded.",
        discussion: """
              oneshot status --json | jq .recorder.port
            """
    )

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let status = try await global.workspaceRecorder().status()
        let console = Console(quiet: global.quiet)
        if global.json { try console.document(status) } else { console.result(status.text) }
    }
}

/// `oneshot logs`
struct RecorderLogs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs",
        abstract: "Show the logs of the recorder (proxy), the cleaner and the MCP servers.",
        discussion: """
              oneshot logs proxy -f
            """
    )

    @OptionGroup var global: GlobalOptions

    @Argument(help: "Which log: proxy, cleaner or mcp (default: all).")
    var log: LogFile?

    @Flag(name: [.short, .long], help: "Go on with the lines that come, until Ctrl-C.")
    var follow = false

    @Option(name: [.customShort("n"), .long], help: "How many lines of what is there.")
    var lines = 40

    func run() async throws {
        let console = Console(quiet: global.quiet)
        let view = LogView(
            workspace: try global.resolvedWorkspace(),
            files: log.map { [$0] } ?? LogFile.allCases,
            tail: lines
        )
        if try await !view.run(following: follow, { console.result($0) }) {
            console.note("no logs yet: nothing has run in this workspace")
        }
    }
}

extension LogFile: ExpressibleByArgument {}
