import ArgumentParser
import OneShotSessions

/// `oneshot sessions prune`
struct SessionsPrune: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prune",
        abstract: "Remove old exchanges from the raw database.",
        discussion: """
            A session goes as a whole, when nothing has happened in it for so long, or stays as a whole. The cleaned
            sessions stay, and with them 'oneshot sessions list' and 'show': they are small. Imported sessions go. The file
            keeps its size until 'oneshot sessions vacuum'. A recorder may run meanwhile.

              oneshot sessions prune --older-than 30d --keep-tasks
            """
    )

    @OptionGroup var global: GlobalOptions

    @Option(help: ArgumentHelp("How long nothing must have happened: 90m, 12h, 30d, 2w.", valueName: "age"))
    var olderThan: Age

    @Flag(help: "Keep the sessions of created tasks.")
    var keepTasks = false

    @Flag(help: "Say what would be removed, and remove nothing.")
    var dryRun = false

    func run() async throws {
        let retention = SessionRetention(try global.resolvedWorkspace())
        let report = try await retention.prune(olderThan: olderThan.duration, keepingTasks: keepTasks, dryRun: dryRun)
        let console = Console(quiet: global.quiet)
        if global.json {
            try console.document(report)
        } else {
            let verb = dryRun ? "would remove" : "removed"
            console.result(
                "\(verb) \(report.sessions) sessions with \(report.exchanges) exchanges, about \(report.bytes / 1024) kB"
                    + (report.importedSessions > 0 ? ", and \(report.importedSessions) imported sessions" : "")
            )
        }
    }
}
