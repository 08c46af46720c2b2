import ArgumentParser
import Foundation
import OneShotCore
import OneShotRedaction
import OneShotSessions

/// `oneshot sessions redact ID`
struct SessionsRedact: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "redact",
        abstract: "Write a session without its secrets.",
        discussion: """
            The session as docs/formats/session.md describes it, with [REDACTED:rule:n] in place of each secret: the same
            secret has the same number. The recorded session stays as it is. The manifest counts by rule what was
            replaced and holds no value.

              oneshot sessions redact run-20261122-134501-9f2c -o session.json --manifest manifest.json
            """
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var redaction: RedactionOptions
    @OptionGroup var output: OutputOption

    @Argument(help: "The session's id.")
    var id: String

    @Option(help: ArgumentHelp("Also write what was replaced, as JSON.", valueName: "file"), completion: .file())
    var manifest: String?

    func run() async throws {
        let workspace = try global.resolvedWorkspace()
        let session = try await SessionArchive(workspace).session(id)
        let redacted = try await redaction.policy(of: workspace).redactor(hidesPeople: true).redact(session)
        let content = ShareableContent.session(redacted)
        let console = Console(quiet: global.quiet)
        if let out = output.out {
            try AtomicFile.write(content, to: URL(fileURLWithPath: out))
        } else {
            Console.write(String(decoding: try content.data(), as: UTF8.self), to: STDOUT_FILENO)
        }
        if let manifest {
            try AtomicFile.write(try StrictJSON.encode(redacted.manifest), to: URL(fileURLWithPath: manifest))
        }
        console.note("replaced \(redacted.manifest.summary)" + (output.out.map { "; wrote \($0)" } ?? ""))
    }
}
