import ArgumentParser
import Foundation
import OneShotCore
import OneShotPracticeModel
import OneShotSessions

/// `oneshot model serve SCRIPT`
struct ModelServe: AsyncParsableCommand {
    enum Timing: String, ExpressibleByArgument, CaseIterable {
        case recorded
        case none
    }

    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Answer the Responses API from a script or from a recorded session.",
        discussion: """
            Listens until Ctrl-C. Any agent that speaks the Responses API over HTTP or WebSocket can use it, for example
            Codex with 'openai_base_url = "http://127.0.0.1:8989/v1"' in its configuration.

              oneshot model serve practice.json --port 8989
              oneshot model serve --session run-20261122-134501-9f2c --timing recorded
            """
    )

    @OptionGroup var global: GlobalOptions

    @Argument(help: "The script (docs/formats/practice-script.md).")
    var script: String?

    @Option(help: "Give the answers of this recorded session again.")
    var session: String?

    @Option(help: "The port to listen on; 0 takes any that is free.")
    var port = 0

    @Option(help: "Whether a recorded answer takes as long to begin as it did then: recorded or none.")
    var timing = Timing.none

    func validate() throws {
        guard (script == nil) != (session == nil) else {
            throw ValidationError("name a script, or a session with --session")
        }
        guard (0...65535).contains(port) else { throw ValidationError("--port is a number from 0 to 65535") }
    }

    func run() async throws {
        let console = Console(quiet: global.quiet)
        let script = try await load()
        try await Interruption.cancelling { [port] in
            try await PracticeModel.run(script, port: port, onAnswer: { console.note($0.line) }) { running in
                console.result("listening on \(running.baseURL)")
                while true { try await Task.sleep(for: .seconds(3600)) }
            }
        }
    }

    private func load() async throws -> PracticeScript {
        if let session {
            let replay = try await SessionArchive(global.resolvedWorkspace()).replay(of: session)
            return try .fromSession(replay.session, answers: replay.answers, isTimed: timing == .recorded)
        }
        return try PracticeScript.load(URL(fileURLWithPath: script ?? ""))
    }
}

extension PracticeModel.Event {
    fileprivate var line: String {
        let what = items.isEmpty ? "nothing" : items.joined(separator: ", ")
        return "\(responseID) \(model) over \(transport): \(what) (\(usage.inputTokens) in, \(usage.outputTokens) out)"
    }
}
