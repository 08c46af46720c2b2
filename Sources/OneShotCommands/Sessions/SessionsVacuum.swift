import ArgumentParser
import OneShotSessions

/// `oneshot sessions vacuum`
struct SessionsVacuum: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vacuum",
        abstract: "Give unused room in the raw database's file back to the disk.",
        discussion: """
            Rewrites the file, for which the disk needs as much room once more. What a recorder writes meanwhile waits in
            its spool.

              oneshot sessions vacuum
            """
    )

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let sizes = try await SessionRetention(try global.resolvedWorkspace()).vacuum()
        let console = Console(quiet: global.quiet)
        if global.json {
            try console.document(sizes)
        } else {
            console.result("the raw database had \(sizes.before / 1024) kB and has \(sizes.after / 1024) kB")
        }
    }
}
