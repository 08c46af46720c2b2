public import ArgumentParser
import Foundation
import OneShotCore
import OneShotProcess
public import OneShotWorkbench

/// `oneshot trace -- COMMAND…`
struct Trace: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run an agent with its traffic to model APIs recorded.",
        discussion: """
            The command runs on this terminal. It alone is sent through the recorder and trusts its certificates; the
            run id is --run-id, else RUN_ID, else a new one. Where no recorder runs one is started, and ended with the
            last traced command; one that runs is used if --token-limit, --intercept and --upstream, where given, are
            what it was started with. Ends as the command ends.

              oneshot trace -- codex exec "Add a section on installation to the README"
              oneshot trace --run-id claude-1 -- claude -p "the same"
            """
    )

    @OptionGroup var global: GlobalOptions

    @Option(help: "What kind of agent the command is; guessed from its name otherwise.")
    var agent: TracedCommand.Agent?

    @Option(help: "The name under which the session is recorded.")
    var runID: String?

    @Option(help: "Refuse calls of the model after so many fresh tokens (uncached input, and output).")
    var tokenLimit: Int?

    @Option(help: "Read this host's traffic too, besides that of the well-known model APIs (repeatable).")
    var intercept: [String] = []

    @Option(help: "Send a host's traffic elsewhere: HOST=URL (repeatable).")
    var upstream: [String] = []

    @Argument(parsing: .postTerminator, help: "The command, after '--'.")
    var command: [String] = []

    func validate() throws {
        if command.isEmpty { throw ValidationError("give the command after '--', such as: oneshot trace -- codex") }
    }

    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        let console = Console(quiet: global.quiet)
        let traced = TracedCommand(
            command[0],
            Array(command.dropFirst()),
            agent: agent,
            runID: try TraceEnvironment.runID(explicit: runID, environment: environment),
            options: RecorderOptions(
                port: 0,
                intercepted: intercept,
                upstreams: try RecorderOptions.upstreams(upstream),
                tokenLimit: tokenLimit
            ),
            environment: environment
        )
        let outcome = try await traced.run(with: try global.workspaceRecorder()) { console.note("oneshot: \($0)") }
        if let text = outcome.text(of: traced.runID) { console.note("oneshot: \(text)") }
        guard outcome.result.succeeded else { throw ArgumentParser.ExitCode(outcome.result.shellCode) }
    }
}

extension TracedCommand.Agent: ExpressibleByArgument {}
