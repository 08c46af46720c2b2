import ArgumentParser
import OneShotCore
import OneShotSessions

/// `oneshot sessions tail [ID]`
struct SessionsTail: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tail",
        abstract: "Follow a session as the conversation that happens.",
        discussion: """
            The session that changed last, or the one that you name. Answers are shown line by line while they come, calls
            of tools and their results cut to a few lines each (--verbose shows them whole). With --json each turn is one
            line of JSON, when it has ended (docs/formats/session.md). Ctrl-C ends it.

              oneshot sessions tail
              oneshot sessions tail run-20261122-134501-9f2c -n 3 --json | jq .usage
            """
    )

    @OptionGroup var global: GlobalOptions

    @Argument(help: "The session's id, the agent's own, or the beginning of either.")
    var id: String?

    @Option(name: [.customShort("n"), .long], help: "How many of the turns that are there already to show.")
    var turns = 5

    @Flag(help: "Show what there is now and end.")
    var once = false

    func validate() throws {
        guard turns >= 0 else { throw ValidationError("--turns cannot be negative") }
    }

    func run() async throws {
        let loop = TailLoop(SessionArchive(try global.resolvedWorkspace()))
        let console = Console(quiet: global.quiet)
        let (id, count, once) = (id, turns, once)
        let lineLimit = global.verbose ? nil : 12
        let isJSON = global.json
        if id == nil, !once, try await !loop.hasSession() {
            console.note("no session yet; this waits for the first one")
        }
        try await Interruption.cancelling {
            if isJSON {
                try await Self.printJSON(loop, id, count, once, console)
            } else {
                try await Self.printText(loop, id, count, once, lineLimit, console)
            }
        }
    }

    private static func printText(
        _ loop: TailLoop,
        _ id: String?,
        _ count: Int,
        _ once: Bool,
        _ lineLimit: Int?,
        _ console: Console
    ) async throws {
        var tail: SessionTail?
        try await loop.run(id, last: count, once: once) { news in
            switch news {
            case .session(let session): console.note("session \(session.sessionID)")
            case .turns(let turns, let threads):
                var view = tail ?? SessionTail(after: (turns.first?.index ?? 1) - 1, lineLimit: lineLimit)
                for line in view.news(in: turns, threads: threads) { console.result(line) }
                tail = view
            }
            return tail?.settled ?? 0
        }
    }

    private static func printJSON(
        _ loop: TailLoop,
        _ id: String?,
        _ count: Int,
        _ once: Bool,
        _ console: Console
    ) async throws {
        var settled = 0
        try await loop.run(id, last: count, once: once) { news in
            guard case .turns(let turns, _) = news else { return 0 }
            // In their order, so that a reader can count on the index.
            for turn in turns.prefix(while: { $0.state != .inFlight }) {
                console.result(turn.json.compactText)
                settled = turn.index
            }
            return max(settled, (turns.first?.index ?? 1) - 1)
        }
    }
}
