import ArgumentParser
import OneShotCore

/// `oneshot sessions har ID`
struct SessionsHAR: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "har",
        abstract: "Export a session's exchanges as an HTTP Archive (HAR 1.2).",
        discussion: """
            For browsers' network panels and other tools; the same as 'oneshot sessions export --format har'. Credentials
            are not in it, and its texts have been through the redactor. Each request inside a WebSocket is an entry of its
            own, with its messages under '_webSocketMessages'.

              oneshot sessions har run-20261122-134501-9f2c -o session.har
            """
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var redaction: RedactionOptions

    @Argument(help: "The session's id.")
    var id: String

    @Option(
        name: [.customShort("o"), .customLong("out")],
        help: "The file to write; standard output otherwise.",
        completion: .file()
    )
    var out: String?

    func validate() throws {
        guard out != nil || !global.json else {
            throw ValidationError("--json tells what was written; name a file with --out")
        }
    }

    func run() async throws {
        let output = try ExportOutput(global, format: .har, isWhole: true, out: out, isForMany: false)
        try await output.export([id], under: redaction.policy(of: global.resolvedWorkspace()))
    }
}
