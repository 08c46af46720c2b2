import ArgumentParser
import OneShotCore
import OneShotSessions

/// `oneshot sessions list`
struct SessionsList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the recorded sessions, the newest first.",
        discussion: """
            A full circle stands before a session in which the model is answering right now.

              oneshot sessions list --limit 5
            """
    )

    @OptionGroup var global: GlobalOptions

    @Option(help: "How many sessions to list.")
    var limit = 20

    func run() async throws {
        let sessions = try await SessionArchive(global.resolvedWorkspace()).sessions(limit: limit)
        let console = Console(quiet: global.quiet)
        if global.json {
            console.result(try SessionListing.json(sessions))
        } else {
            for session in sessions { console.result("\(session.createdAt)  \(MonitorView.summary(session))") }
            if sessions.isEmpty { console.note("no session yet; start an agent with 'oneshot trace -- COMMAND'") }
        }
    }
}
