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
    @OptionGroup var output: OutputOption

    @Argument(help: "The sessions' ids, or beginnings of them.")
    var ids: [String] = []

    @Flag(help: "All sessions.")
    var all = false

    @Option(name: .shortAndLong, help: "atif, codex, otel, markdown, html or har.")
    var format = ExportOutput.Format.markdown

    @Flag(help: "Cut no text (markdown).")
    var full = false

    func validate() throws {
        guard all != !ids.isEmpty else { throw ValidationError("name sessions, or --all of them") }
        guard output.out != nil || ids.count == 1 else {
            throw ValidationError("name a directory for the files with --out")
        }
        try output.check(json: global.json)
    }

    func run() async throws {
        let export = try ExportOutput(
            global,
            format: format,
            isWhole: full,
            out: output.out,
            isForMany: all || ids.count > 1
        )
        try await export.export(all ? nil : ids, under: redaction.policy(of: global.resolvedWorkspace()))
    }
}
