import ArgumentParser
import OneShotCore
import OneShotSandbox
import OneShotTrials

struct Clean: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "clean",
        abstract: "Remove the sandboxes that a killed oneshot has left behind.",
        discussion: """
            Looks for processes, containers, control groups and directories of sandboxes and image builds whose owner \
            has ended, or that are older than a day, and removes them, and the work of interrupted runs of this workspace. \
            So go the packages of older versions of agents. What is in use stays. Every other command does the same first where it finds a lease that is over, without \
            asking the engines for what has none.

              oneshot clean
              oneshot clean --images
            """
    )

    @OptionGroup var global: GlobalOptions

    @Flag(help: "Also remove every image that oneshot has built and no container uses; a trial builds it again.")
    var images = false

    func run() async throws {
        let console = Console(quiet: global.quiet)
        var removed = try await SandboxReaper.reap()
        removed += await RunDirectory.removeLeftovers(in: try global.resolvedWorkspace().runs)
        removed += await AgentPackages.removeStale()
        if images { removed += try await SandboxImages.removeAll() }
        for name in removed { console.result("removed \(name)") }
        if removed.isEmpty { console.note("nothing was left behind") }
    }
}
