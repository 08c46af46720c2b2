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
    @OptionGroup var output: OutputOption

    @Argument(help: "The session's id.")
    var id: String

    func validate() throws {
        try output.check(json: global.json)
    }

    func run() async throws {
        let export = try ExportOutput(global, format: .har, isWhole: true, out: output.out, isForMany: false)
        try await export.export([id], under: redaction.policy(of: global.resolvedWorkspace()))
    }
}
