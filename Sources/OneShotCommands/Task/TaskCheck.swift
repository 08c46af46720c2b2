import ArgumentParser
import Foundation
import OneShotCapture
import OneShotCore

/// `oneshot task check`
struct TaskCheck: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Say what stands in the way of capturing a task in this repository.",
        discussion: """
            Exits with 1 when something does. --fix mends what can be mended without touching your files, branch, index \
            or configuration, and says what it did.

              oneshot task check --fix
            """
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var repository: RepositoryOptions

    @Flag(help: "Mend what is safe to mend.")
    var fix = false

    func run() async throws {
        let capture = TaskCapture(workspace: try global.resolvedWorkspace(for: repository))
        let outcome =
            fix
            ? try await capture.fix(in: repository.directory)
            : ReadinessFix(done: [], readiness: try await capture.readiness(in: repository.directory))
        let console = Console(quiet: global.quiet)
        if global.json {
            console.result(String(decoding: try StrictJSON.encode(outcome).dropLast(), as: UTF8.self))
        } else {
            for line in outcome.done { console.result(line) }
            console.result(outcome.readiness.text)
        }
        if !outcome.readiness.isReady { throw ArgumentParser.ExitCode(OneShotCore.ExitCode.negative.rawValue) }
    }
}
