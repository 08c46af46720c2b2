public import ArgumentParser
import Foundation
import OneShotCore
public import OneShotSessions

/// `oneshot sessions import PATH…`
struct SessionsImport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Make sessions of Codex's rollout files and Claude Code's transcripts.",
        discussion: """
            Files, or directories in which they are looked for; --from looks where the agent keeps them: in CODEX_HOME
            (~/.codex), in CLAUDE_CONFIG_DIR (~/.claude). The files are only read. What was recorded of the same session
            stays as it was recorded, and the file adds what the recorder did not see. Importing a file again changes
            nothing, unless it has grown.

              oneshot sessions import --from codex --last
              oneshot sessions import ~/.claude/projects/-home-me-project
            """
    )

    @OptionGroup var global: GlobalOptions

    @Argument(help: "Files and directories.", completion: .file())
    var paths: [String] = []

    @Option(help: "Whose own files: codex or claude (repeatable).")
    var from: [AgentFiles] = []

    @Flag(help: "Only the session that changed last.")
    var last = false

    func validate() throws {
        guard !paths.isEmpty || !from.isEmpty else {
            throw ValidationError(
                "nothing to import: name files or directories, or write --from codex or --from claude"
            )
        }
    }

    func run() async throws {
        let sessions = SessionImport(try global.resolvedWorkspace())
        let console = Console(quiet: global.quiet)
        let named = paths.map { URL(fileURLWithPath: NSString(string: $0).expandingTildeInPath) }
        let files = try sessions.files(at: named + from.map { $0.directory() }, lastOnly: last)
        var results: [SessionImport.Result] = []
        var failure: (any OneShotError)?
        for file in files {
            do {
                let result = try await sessions.take(file)
                results.append(result)
                if let note = result.note { console.note("\(result.path): \(note)") }
            } catch let error as TranscriptError where files.count > 1 {
                // The others are as good as they were.
                console.note("oneshot: \(error)")
                failure = error
            }
        }
        if global.json {
            console.result(JSON.array(results.map(\.json)).prettyText)
        } else {
            for result in results where result.outcome != .unchanged { console.result(result.text) }
            let unchanged = results.count { $0.outcome == .unchanged }
            if unchanged > 0 { console.note("\(unchanged) file\(unchanged == 1 ? "" : "s") unchanged") }
        }
        if let failure { throw ArgumentParser.ExitCode(failure.exitCode.rawValue) }
    }
}

extension SessionImport.Result {
    fileprivate var text: String {
        let belongs = recordedID.map { $0 == sessionID ? ", recorded too" : ", recorded as \($0)" } ?? ""
        return "\(outcome.rawValue)  \(sessionID)  \(turns) turn\(turns == 1 ? "" : "s")\(belongs)"
    }

    fileprivate var json: JSON {
        [
            "path": .string(path), "session_id": .string(sessionID), "outcome": .string(outcome.rawValue),
            "turns": JSON(turns), "recorded_session_id": JSON(recordedID), "note": JSON(note),
        ]
    }
}

extension AgentFiles: ExpressibleByArgument {}
