import ArgumentParser
import Foundation
import OneShotCore
import OneShotSessions

/// `oneshot sessions har ID`
struct SessionsHAR: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "har",
        abstract: "Export a session's exchanges as an HTTP Archive (HAR 1.2).",
        discussion: """
            For browsers' network panels and other tools. Headers and bodies are as they were recorded: credentials are
            not in them, what was said in a conversation is. Each request inside a WebSocket is an entry of its own, with
            its messages under '_webSocketMessages'.

              oneshot sessions har run-20261122-134501-9f2c -o session.har
            """
    )

    @OptionGroup var global: GlobalOptions

    @Argument(help: "The session's id.")
    var id: String

    @Option(
        name: [.customShort("o"), .customLong("out")],
        help: "The file to write; standard output otherwise.",
        completion: .file()
    )
    var out: String?

    func run() async throws {
        let archive = SessionArchive(try global.resolvedWorkspace())
        guard let out else {
            try await archive.writeHAR(of: id, version: OneShotVersion.text) { Console.write($0, to: STDOUT_FILENO) }
            return
        }
        let file = URL(fileURLWithPath: out)
        let stream = try AtomicFileStream(to: file)
        let count = try await archive.writeHAR(of: id, version: OneShotVersion.text) { try stream.write($0) }
        try stream.finish()
        Console(quiet: global.quiet).note("wrote \(count) exchange\(count == 1 ? "" : "s") to \(file.path)")
    }
}
