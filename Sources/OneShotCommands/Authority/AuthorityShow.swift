import ArgumentParser
import OneShotCore
import OneShotRecorder
import OneShotWorkbench

/// `oneshot ca show`
struct AuthorityShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show where the certificate is, its fingerprint, and until when it is valid.",
        discussion: """
              oneshot ca show --json
            """
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var choice: AuthorityChoice

    func run() async throws {
        let description = AuthorityDescription(try choice.load())
        let console = Console(quiet: global.quiet)
        if global.json { try console.document(description) } else { console.result(description.text) }
    }
}
