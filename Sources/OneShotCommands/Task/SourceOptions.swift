import ArgumentParser
import Foundation
import OneShotCapture
import OneShotCore

/// What the commands `oneshot task from-…` are told about the task.
struct SourceOptions: ParsableArguments {
    @Option(help: "The task's title (default: drafted from the source).")
    var title: String?

    @Option(help: "What the agent is told, word for word (default: drafted from the source).")
    var instruction: String?

    @OptionGroup var about: NoteOptions

    @Option(help: "What was done, for people; an agent that is given the task never sees it.")
    var summary = ""

    @OptionGroup var drafting: DraftOption

    func words(session: String? = nil) -> SourceWords {
        SourceWords(
            title: title,
            instruction: instruction,
            notes: about.notes,
            labels: about.labels,
            summary: summary,
            sessionID: session
        )
    }
}
