import ArgumentParser
import Foundation
import OneShotCore
import OneShotPracticeModel

/// `oneshot model serve SCRIPT`
struct ModelServe: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Answer the Responses API from a script or from a recorded session.",
        discussion: """
            Listens until Ctrl-C. Any agent that speaks the Responses API over HTTP or WebSocket can use it, for example
            Codex with 'openai_base_url = "http://127.0.0.1:8989/v1"' in its configuration.

              oneshot model serve practice.json --port 8989
            """
    )

    @OptionGroup var global: GlobalOptions

    @Argument(help: "The script (docs/formats/practice-script.md).")
    var script: String

    @Option(help: "The port to listen on; 0 takes any that is free.")
    var port = 0

    func run() async throws {
        let console = Console(quiet: global.quiet)
        let script = try PracticeScript.load(URL(fileURLWithPath: script))
        try await PracticeModel.run(script, port: port, onAnswer: { console.note($0.line) }) { running in
            console.result("listening on \(running.baseURL)")
            try await untilCancelled()
        }
    }

    private func untilCancelled() async throws {
        while true { try await Task.sleep(for: .seconds(3600)) }
    }
}

extension PracticeModel.Event {
    fileprivate var line: String {
        let what = items.isEmpty ? "nothing" : items.joined(separator: ", ")
        return "\(responseID) \(model) over \(transport): \(what) (\(usage.inputTokens) in, \(usage.outputTokens) out)"
    }
}
