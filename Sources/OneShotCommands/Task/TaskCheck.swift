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
            or configuration, and says what it did and what it left. docs/formats/readiness.md lists the findings.

              oneshot task check --fix
            """
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var repository: RepositoryOptions

    @Flag(help: "Mend what is safe to mend.")
    var fix = false

    func run() async throws {
        let capture = TaskCapture(workspace: try global.resolvedWorkspace(for: repository))
        let report =
            fix
            ? try await capture.fix(in: repository.directory)
            : ReadinessReport(try await capture.readiness(in: repository.directory))
        let console = Console(quiet: global.quiet)
        console.result(
            global.json ? String(decoding: try StrictJSON.encode(report).dropLast(), as: UTF8.self) : report.text
        )
        if !report.isReady { throw ArgumentParser.ExitCode(OneShotCore.ExitCode.negative.rawValue) }
    }
}
