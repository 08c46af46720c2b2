import ArgumentParser
import OneShotCore
import OneShotWorkbench

/// `oneshot doctor`
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Check that recording works, and say what to do where it does not.",
        discussion: """
            Needs no network. Ends with 1 when something that recording needs has failed; warnings do not count.

              oneshot doctor
            """
    )

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let checks = try await Doctor(recorder: global.workspaceRecorder()).run()
        let console = Console(quiet: global.quiet)
        if global.json {
            try console.document(checks)
        } else {
            checks.forEach { console.result($0.text) }
        }
        if checks.contains(where: { $0.verdict == .failed }) {
            throw ArgumentParser.ExitCode(OneShotCore.ExitCode.negative.rawValue)
        }
    }
}
