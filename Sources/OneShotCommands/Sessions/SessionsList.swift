public import ArgumentParser
import OneShotCore
public import OneShotSessions

/// `oneshot sessions list`
struct SessionsList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the sessions, recorded and imported, the one that changed last first.",
        discussion: """
            A full circle stands before a session in which the model is answering right now. The cost is the sum over the
            turns whose model has a price ('oneshot prices').

              oneshot sessions list --limit 5
              oneshot sessions list --repo my-project --since 7d --outcome failed
            """
    )

    @OptionGroup var global: GlobalOptions

    @Option(help: "How many sessions to list.")
    var limit = 20

    @Option(help: "Only those of an agent whose name contains this.")
    var agent: String?

    @Option(help: "Only those with a model whose name contains this.")
    var model: String?

    @Option(help: "Only those in a repository whose address or directory contains this.")
    var repo: String?

    @Option(
        help: ArgumentHelp("Only those in which something has happened for so long: 90m, 12h, 30d.", valueName: "age")
    )
    var since: Age?

    @Option(help: "Only those that ended so, or go on: \(SessionOverview.Outcome.names).")
    var outcome: SessionOverview.Outcome?

    func validate() throws {
        guard limit > 0 else { throw ValidationError("--limit is at least 1") }
    }

    func run() async throws {
        let filter = SessionFilter(
            agent: agent,
            model: model,
            repository: repo,
            since: since?.timestamp,
            outcome: outcome
        )
        var overviews = SessionOverviews(SessionArchive(try global.resolvedWorkspace()), newestTurns: 1)
        let sessions = try await overviews.newest(limit: limit, matching: filter)
        let console = Console(quiet: global.quiet)
        if global.json {
            console.result(SessionListing.json(sessions))
        } else if sessions.isEmpty {
            console.note(
                filter == SessionFilter()
                    ? "no session yet; start an agent with 'oneshot trace -- COMMAND'" : "no session fits"
            )
        } else {
            for line in SessionListing.table(sessions) { console.result(line) }
        }
    }
}

extension SessionOverview.Outcome: ExpressibleByArgument {
    fileprivate static var names: String { allCases.map(\.rawValue).joined(separator: ", ") }
}
