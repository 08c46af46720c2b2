import ArgumentParser
import Foundation
import OneShotCore
import OneShotSandbox
import OneShotTrials
import OneShotWorkbench

/// `oneshot run TASK`
struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run an agent on a prepared task, in a sandbox, within limits, and score what it leaves.",
        discussion: """
            The agent sees the repository at its start commit and the instructions, nothing else, and reaches nothing
            but the model, through a recorder that holds the key and counts tokens. When it ends, or a limit ends it,
            its diff is taken and the tests run on it in a fresh sandbox. Everything is in data/runs/RUN_ID/.

              oneshot run data/tasks/prepared/fix-the-parser --timeout 900 --token-limit 50000
              oneshot run data/tasks/prepared/fix-the-parser --agent claude-code --model opus --reasoning-effort high
              oneshot run data/tasks/prepared/fix-the-parser --agent my-agent.toml --agent-env LOG=debug
              oneshot run data/tasks/prepared/fix-the-parser --agent oracle
              oneshot run data/tasks/prepared/fix-the-parser --agent command --command 'sed -i s/a/b/ x.py'
              oneshot run --resume latest
            """
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var engine: EngineOption

    @Argument(help: "The directory of a prepared task.")
    var task: String?

    @Option(help: "Go on with this run, which was interrupted, cancelled or failed; all else is as it was asked for.")
    var resume: String?

    @OptionGroup var agent: AgentSelection

    @Option(help: "Seconds that the agent may work.")
    var timeout = 900

    @OptionGroup var limits: LimitOptions

    @Option(help: "Seconds for all tests together.")
    var testTimeout = 600

    @Option(help: "Where a host's traffic goes instead, as api.openai.com=http://127.0.0.1:8989; can be repeated.")
    var upstream: [String] = []

    @Option(help: "An overrides.json to use in place of the task's own.")
    var overrides: String?

    @Option(help: "How often it is tried in all while it fails for reasons that are not the agent's.")
    var attempts = 1

    @OptionGroup var judging: JudgingOptions

    @Option(help: "Exit with 1 when the score is lower, or there is none.")
    var minScore: Double?

    func validate() throws {
        guard timeout > 0, testTimeout > 0 else { throw ValidationError("a time limit is a number of seconds above 0") }
        guard attempts > 0 else { throw ValidationError("--attempts is a number above 0") }
        guard (task == nil) != (resume == nil) else { throw ValidationError("name a task, or a run with --resume") }
        if resume != nil, try request(for: "") != Run.parse([""]).request(for: "") {
            throw ValidationError("--resume goes on with what was asked for then; leave the other options out")
        }
    }

    func run() async throws {
        let console = Console(quiet: global.quiet)
        let workspace = try global.resolvedWorkspace()
        let request = try request(for: task ?? "")
        let line = ProgressLine(console: console, verbose: global.verbose)
        let interrupted = try resume.map { try RunDirectory.find($0, in: workspace.runs, unfinished: true) }
        // What cannot be read is said by what goes on with it.
        let begunWith = interrupted.flatMap { try? TrialRecord.read($0).engine }
        let (results, directory) = try await Interruption.cancelling { [engine] in
            let runner = TrialRunner(
                workspace: workspace,
                engine: try await engine.choose(usually: begunWith),
                version: OneShotVersion.text
            )
            if let interrupted {
                return (try await runner.resume(interrupted) { await line.show($0) }, interrupted)
            }
            return try await runner.run(request) { await line.show($0) }
        }
        await line.end()
        try ResultsOutput(console: console, json: global.json).show(results, directory, minimum: minScore)
    }

    private func request(for task: String) throws -> TrialRequest {
        TrialRequest(
            task: URL(fileURLWithPath: task),
            agent: agent.choice,
            options: try agent.options(environment: ProcessInfo.processInfo.environment),
            timeLimit: .seconds(timeout),
            budget: limits.budget,
            verifierLimit: .seconds(testTimeout),
            upstreams: try RecorderOptions.upstreams(upstream),
            overrides: overrides.map { URL(fileURLWithPath: $0) },
            attempts: attempts,
            judging: judging.options
        )
    }
}
