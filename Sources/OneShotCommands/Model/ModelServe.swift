public import ArgumentParser
import Foundation
import OneShotCore
public import OneShotPracticeModel
import OneShotSessions

/// `oneshot model serve SCRIPT`
struct ModelServe: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Answer as a model API does, from a script or from a recorded session.",
        discussion: """
            Listens until Ctrl-C. A script answers the Responses API over HTTP or WebSocket, for example Codex with
            'openai_base_url = "http://127.0.0.1:8989/v1"' in its configuration; Anthropic's Messages, for example Claude
            Code with ANTHROPIC_BASE_URL=http://127.0.0.1:8989; and Chat Completions. A recorded session answers whatever API
            it was recorded from, byte for byte: each request must be the recorded one, but for times, ids and the
            directory; one that is not is refused with 400, and shown here with the places where it differs. With
            --lenient it gets the next answer. With --timing recorded the first byte comes after as long as it did
            then, and the events of a stream spread evenly over as long as they took.

              oneshot model serve practice.json --port 8989
              oneshot model serve --session run-20261122-134501-9f2c --lenient --timing recorded
            """
    )

    @OptionGroup var global: GlobalOptions

    @Argument(help: "The script (docs/formats/practice-script.md).")
    var script: String?

    @Option(help: "Give the answers of this recorded session again.")
    var session: String?

    @Option(help: "The port to listen on; 0 takes any that is free.")
    var port = 0

    @Flag(help: "With --session: refuse a request that is not the recorded one, or give it the next answer.")
    var matching = ReplayModel.Matching.strict

    @Option(help: "With --session: whether answers take as long as they did then.")
    var timing = ReplayModel.Timing.none

    func validate() throws {
        guard (script == nil) != (session == nil) else {
            throw ValidationError("name a script, or a session with --session")
        }
        guard (0...65535).contains(port) else { throw ValidationError("--port is a number from 0 to 65535") }
    }

    func run() async throws {
        let console = Console(quiet: global.quiet)
        if let session {
            try await serve(session, console)
            return
        }
        let script = try PracticeScript.load(URL(fileURLWithPath: script ?? ""))
        try await Interruption.cancelling { [port] in
            try await PracticeModel.run(script, port: port, onAnswer: { console.note($0.line) }) { running in
                console.result("listening on \(running.baseURL)")
                while true { try await Task.sleep(for: .seconds(3600)) }
            }
        }
    }

    private func serve(_ session: String, _ console: Console) async throws {
        let exchanges = try await SessionArchive(global.resolvedWorkspace()).exchanges(of: session)
        try await Interruption.cancelling { [port, matching, timing] in
            try await ReplayModel.run(
                session: session,
                exchanges: exchanges,
                matching: matching,
                timing: timing,
                port: port,
                onEvent: { $0.lines.forEach(console.note) }
            ) { bound in
                console.result("listening on http://127.0.0.1:\(bound)/v1")
                while true { try await Task.sleep(for: .seconds(3600)) }
            }
        }
    }
}

extension ReplayModel.Timing: ExpressibleByArgument {}

extension ReplayModel.Matching: EnumerableFlag {}

extension ReplayModel.Event {
    fileprivate var lines: [String] {
        switch self {
        case .answered(let id, let path, let isAgain, let remaining):
            ["\(path): exchange \(id)\(isAgain ? " again" : ""), \(remaining) left"]
        case .mismatch(let id, let path, let differences):
            ["\(path): REFUSED, not the request of exchange \(id):"] + differences.map { "  \($0)" }
        case .refused(let path, let reason): ["\(path): REFUSED, \(reason)"]
        }
    }
}

extension PracticeModel.Event {
    fileprivate var line: String {
        let what = items.isEmpty ? "nothing" : items.joined(separator: ", ")
        return "\(responseID) \(model) over \(transport): \(what) (\(usage.inputTokens) in, \(usage.outputTokens) out)"
    }
}
