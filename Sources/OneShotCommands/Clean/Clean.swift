import ArgumentParser
import OneShotSandbox

struct Clean: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "clean",
        abstract: "Remove the sandboxes that a killed oneshot has left behind.",
        discussion: """
            Looks for containers and directories of sandboxes whose owner has ended, or that are older than a day, and \
            removes them. Sandboxes that are in use stay. Every 'oneshot run' does the same for the engine it uses.

              oneshot clean
            """
    )

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let console = Console(quiet: global.quiet)
        let removed = try await SandboxReaper.reap()
        for name in removed { console.result("removed \(name)") }
        if removed.isEmpty { console.note("nothing was left behind") }
    }
}
