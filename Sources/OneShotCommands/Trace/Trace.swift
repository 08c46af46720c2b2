public import ArgumentParser
import Foundation
import OneShotCapture
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
            last traced command; one that runs is used if --intercept and --upstream, where given, are what it was
            started with.

            Limits hold for this run id, in whichever recorder. Past one, the next call of the model is refused so that
            the agent stops; a call that states a maximum for its answer (max_output_tokens, max_tokens) is refused as
            soon as it might pass one. Ends as the command ends, or with 1 when a limit refused a call and the command
            ended with 0.

              oneshot trace -- codex exec "Add a section on installation to the README"
              oneshot trace --token-limit 50000 --cost-limit 0.50 -- codex exec "the same"
              oneshot trace --run-id claude-1 -- claude -p "the same"
            """
    )

    @OptionGroup var global: GlobalOptions

    @Option(help: "What kind of agent the command is; guessed from its name otherwise.")
    var agent: TracedCommand.Agent?

    @Option(help: "The name under which the session is recorded.")
    var runID: String?

    @OptionGroup var limits: LimitOptions

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
                upstreams: try RecorderOptions.upstreams(upstream)
            ),
            budget: limits.budget,
            environment: environment
        )
        let recorder = try global.workspaceRecorder()
        // Where the agent ends, a turn of a task that is open ends with it.
        let watch = WorkspaceWatch(workspace: try global.resolvedWorkspace()) { console.note("oneshot: \($0)") }
        let outcome = try await watch.during {
            try await traced.run(with: recorder) { console.note("oneshot: \($0)") }
        }
        if let text = outcome.text(of: traced.runID) { console.note("oneshot: \(text)") }
        if let text = outcome.usageText { console.note("oneshot: \(text)") }
        guard outcome.exitCode == 0 else { throw ArgumentParser.ExitCode(outcome.exitCode) }
    }
}

extension TracedCommand.Agent: ExpressibleByArgument {}
