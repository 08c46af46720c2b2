import ArgumentParser
import Foundation
import OneShotCore
import OneShotExport

/// `oneshot sessions export ID`
struct SessionsExport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Hand sessions on to other tools and people, without their secrets.",
        discussion: """
            atif: Agent Trajectory Interchange Format 1.8. codex: rollout lines for the Hub's trace viewer, a file for each
            conversation. otel: OpenTelemetry's GenAI spans as OTLP/JSON. markdown, html: to read; the page needs no other
            file. har: the exchanges as an HTTP Archive. docs/formats/exports.md tells what goes where. The texts have been
            through the redactor; what it replaced is told at the end.

              oneshot sessions export run-20261122-134501-9f2c --format html -o session.html
            """
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var redaction: RedactionOptions

    @Argument(help: "The sessions' ids, or beginnings of them.")
    var ids: [String] = []

    @Flag(help: "All sessions.")
    var all = false

    @Option(name: .shortAndLong, help: "atif, codex, otel, markdown, html or har.")
    var format = ExportOutput.Format.markdown

    @Flag(help: "Cut no text (markdown).")
    var full = false

    @Option(
        name: [.customShort("o"), .customLong("out")],
        help: "The file to write, or a directory for files named after their sessions; standard output otherwise.",
        completion: .file()
    )
    var out: String?

    func validate() throws {
        guard all != !ids.isEmpty else { throw ValidationError("name sessions, or --all of them") }
        guard out != nil || ids.count == 1 else { throw ValidationError("name a directory for the files with --out") }
        guard out != nil || !global.json else {
            throw ValidationError("--json tells what was written; name a file with --out")
        }
    }

    func run() async throws {
        let output = try ExportOutput(global, format: format, isWhole: full, out: out, isForMany: all || ids.count > 1)
        try await output.export(all ? nil : ids, under: redaction.policy(of: global.resolvedWorkspace()))
    }
}
