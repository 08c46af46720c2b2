import ArgumentParser
import Foundation
import OneShotCore
import OneShotSessions

/// `oneshot sessions search WORDS…`
struct SessionsSearch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search",
        abstract: "Find words in what was said, thought, called and printed in all sessions.",
        discussion: """
            All of the words must be in one text: a prompt, an answer, a piece of reasoning, a tool's call or its result.
            Words in double quotes must stand together; 'migrat*' finds what begins so. The best matches come first, each
            with its session, its turn and the place. Nothing found is exit code 1.

            The index is brought up to date by the search itself. It is a file beside the cleaned sessions that only you can
            read, and that may be deleted at any time.

              oneshot sessions search database migration
              oneshot sessions search '"connection refused" postgres*' --since 30d --json
            """
    )

    @OptionGroup var global: GlobalOptions

    @Argument(help: "What to look for.")
    var words: [String]

    @Option(help: "How many matches to print.")
    var limit = 20

    @Option(help: "Only in this session: its id, the agent's own, or the beginning of either.")
    var session: String?

    @Option(help: "Only in turns of a model whose name contains this.")
    var model: String?

    @Option(help: ArgumentHelp("Only in turns that began so long ago at most: 90m, 12h, 30d.", valueName: "age"))
    var since: Age?

    @Flag(help: "Look into system and developer texts too, which most sessions share.")
    var instructions = false

    func validate() throws {
        guard limit > 0 else { throw ValidationError("--limit is at least 1") }
    }

    func run() async throws {
        guard var query = SearchQuery(words: words) else {
            throw ValidationError("nothing to look for: '\(words.joined(separator: " "))' has no letter and no digit")
        }
        query.limit = limit
        query.sessionID = session
        query.model = model
        query.since = since?.timestamp
        query.includesInstructions = instructions
        let archive = SessionArchive(try global.resolvedWorkspace())
        let hits = try await SessionSearch(archive).run(query).hits
        let console = Console(quiet: global.quiet)
        if global.json {
            console.result(JSON.array(hits.map(\.json)).prettyText)
        } else {
            let marks = isatty(STDOUT_FILENO) == 1 ? ("\u{1B}[1m", "\u{1B}[0m") : ("**", "**")
            for hit in hits {
                console.result("\(hit.sessionID)  turn \(hit.turn)  \(hit.placeText): \(hit.line(marks: marks))")
            }
        }
        if hits.isEmpty {
            console.note("nothing found")
            throw ArgumentParser.ExitCode(OneShotCore.ExitCode.negative.rawValue)
        }
    }
}
