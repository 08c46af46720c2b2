import ArgumentParser
import Foundation
import OneShotCore
import OneShotPreparation
import OneShotTrials

/// `oneshot validate TASK`
struct Validate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Prove that a prepared task can be failed and can be passed.",
        discussion: """
            Doing nothing, an empty patch and garbage must score 0, the solution must score 1 each time, near misses must
            fail, tampering must score 0, and nothing of the solution, the tests or this machine may be seen by the
            agent. What was proved, and for which bytes, is written to validation.json in the task. Exits with 1 when the
            task is not admitted.

              oneshot validate data/tasks/prepared/fix-the-parser
              oneshot validate data/tasks/prepared/fix-the-parser --repeat 5 --mutants 20
              oneshot validate data/tasks/prepared/fix-the-parser --check
            """
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var engine: EngineOption

    @Argument(help: "The directory of a prepared task, or its name.")
    var task: String

    @Option(help: "An overrides.json to use in place of the task's own.")
    var overrides: String?

    @Option(
        name: .customLong("repeat"),
        help: "How often the solution has to pass, in another order of tests each time."
    )
    var repeats = 3

    @Option(help: "The most mutants of the solution to try.")
    var mutants = 8

    @Option(help: "Seconds for all tests of one candidate together.")
    var testTimeout = 600

    @Flag(help: "Only say whether the task is validated as it is now, and what has changed.")
    var check = false

    @Flag(help: "Drop tests that prove nothing from the rubric, and validate again.")
    var fix = false

    @OptionGroup var allowed: AllowedFindings

    func validate() throws {
        guard repeats > 0, mutants >= 0, testTimeout > 0 else {
            throw ValidationError("--repeat and --test-timeout are numbers above 0, --mutants is 0 or more")
        }
        if check, fix { throw ValidationError("--check changes nothing; leave out --fix, or --check") }
    }

    func run() async throws {
        let console = Console(quiet: global.quiet)
        let workspace = try global.resolvedWorkspace()
        let directory = PreparedTask.directory(named: task, in: workspace)
        if check {
            return try report(
                try ValidationState(
                    of: try PreparedTask.load(directory, overrides: overrides.map { URL(fileURLWithPath: $0) })
                ),
                console
            )
        }

        var record = try await proved(directory, in: workspace, console)
        let rubric = try PreparedTask.load(directory).rubric
        if !record.admitted, let proposal = RubricProposal(rubric, without: record.uselessTests) {
            let layout = PreparedTaskLayout(directory: directory)
            let text = try String(contentsOf: layout.rubric, encoding: .utf8)
            let changes = proposal.changes(of: text).joined(separator: "\n")
            if fix {
                console.note(
                    "evaluation/rubric_template.md without \(proposal.dropped.joined(separator: ", ")):\n\(changes)"
                )
                try AtomicFile.write(proposal.rubric.markdown, to: layout.rubric)
                record = try await proved(directory, in: workspace, console)
            } else {
                console.note("'oneshot validate --fix' would change evaluation/rubric_template.md:\n\(changes)")
            }
        }
        if global.json {
            console.result(String(decoding: try StrictJSON.encode(record).dropLast(), as: UTF8.self))
        } else {
            for line in lines(record) { console.result(line) }
        }
        if !record.admitted { throw ArgumentParser.ExitCode(OneShotCore.ExitCode.negative.rawValue) }
    }

    private func proved(_ directory: URL, in workspace: Workspace, _ console: Console) async throws -> ValidationRecord
    {
        let options = ValidationOptions(
            repeats: repeats,
            mutants: mutants,
            verifierLimit: .seconds(testTimeout),
            allowed: allowed.paths
        )
        return try await Interruption.cancelling { [engine, overrides] in
            let runner = TrialRunner(
                workspace: workspace,
                engine: try await engine.choose(),
                version: OneShotVersion.text
            )
            return try await runner.validate(
                directory,
                overrides: overrides.map { URL(fileURLWithPath: $0) },
                options: options
            ) { console.note($0) }
        }
    }

    private func lines(_ record: ValidationRecord) -> [String] {
        let groups: [(ValidationRecord.Control.Group, String)] = [
            (.nothing, "fail without any work"), (.solution, "pass with the solution"), (.nearMiss, "near misses fail"),
            (.mutant, "mutants fail"), (.tamper, "tampers score 0"),
        ]
        var lines = groups.compactMap { group, text -> String? in
            let controls = record.controls.filter { $0.group == group }
            guard !controls.isEmpty else { return nil }
            let passed = controls.count(where: \.passed)
            // What an admitted task has left is a warning.
            let mark = passed == controls.count ? "ok  " : record.admitted ? "note" : "no  "
            return "\(mark) \(passed) of \(controls.count) \(text)"
        }
        if record.stages.contains(where: { $0.name == "leaks" }) {
            let count = record.leaks.findings.count
            lines.append("\(count == 0 ? "ok  " : "no  ") \(count) leaks in \(record.leaks.files) files")
        }
        let seconds = record.stages.reduce(0) { $0 + $1.seconds }
        lines.append("\(record.admitted ? "admitted" : "not admitted") (\(String(format: "%.1f", seconds)) s)")
        return lines + record.reasons.map { "  \($0)" } + record.warnings.map { "  warning: \($0)" }
    }

    private func report(_ state: ValidationState, _ console: Console) throws {
        if global.json {
            let json: JSON = [
                "validated": .bool(state.isValid), "state": .string(state.line),
                "changed": .array(state.changedParts.map { .string($0) }),
            ]
            console.result(json.prettyText)
        } else {
            console.result(state.line)
        }
        if !state.isValid { throw ArgumentParser.ExitCode(OneShotCore.ExitCode.negative.rawValue) }
    }
}
