import ArgumentParser
import OneShotCore
import OneShotSessions
import OneShotTrials

/// `oneshot sessions show ID`
struct SessionsShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Print a session as the conversation that happened.",
        discussion: """
            Markdown, or with --json the whole session as docs/formats/session.md describes it. The id may be the run
            id, the agent's own session id, or the beginning of either; a trial's session goes by the trial's run. This is
            for your own eyes: secrets are shown as they were recorded (a trial's are taken out when it ends). 'oneshot
            sessions export' hands a session on without them.

              oneshot sessions show run-20261122-134501-9f2c
              oneshot sessions show fix-the-parser_20261122_134501_9f2c
            """
    )

    @OptionGroup var global: GlobalOptions

    @Argument(help: "The session's id, a trial's run, or a session_clean.json.")
    var id: String

    @Flag(help: "Cut no text.")
    var full = false

    func run() async throws {
        let session = try await RecordedSession.find(id, in: global.resolvedWorkspace())
        let text = global.json ? try SessionListing.json(session) : SessionMarkdown.render(session, cutting: !full)
        Console(quiet: global.quiet).result(text.trimmedEnd)
    }
}

extension String {
    fileprivate var trimmedEnd: String { hasSuffix("\n") ? String(dropLast()) : self }
}
