import ArgumentParser
import Foundation
import OneShotCapture
import OneShotCore
import OneShotProcess
import OneShotWorkbench

/// `oneshot task create "WHAT TO DO"`
struct TaskCreate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Have Codex do a piece of work, and capture it as a task.",
        discussion: """
            Starts a task, runs 'codex exec' on the instruction with its session recorded, and ends the task. What \
            stands after '--' is given to Codex in place of '-s workspace-write'.

              oneshot task create "Add a section on installation to the README"
              oneshot task create "The same" -- --model gpt-5.5 -s danger-full-access

            Work that is done already becomes a task with --no-agent: everything since a commit, committed or not.

              oneshot task create "Add a --json flag" --no-agent --base HEAD~2
            """
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var repository: RepositoryOptions

    @Argument(help: "What is to be done, as you would tell an agent.")
    var instruction: String

    @Option(help: "The task's title (default: the beginning of the instruction).")
    var title: String?

    @OptionGroup var about: NoteOptions

    @Option(help: "What was done, for people; an agent that is given the task never sees it.")
    var summary = ""

    @Option(help: "The name under which the session is recorded (default: a new one).")
    var runID: String?

    @Flag(help: "Run no agent: the work is done already.")
    var noAgent = false

    @Option(help: "With --no-agent: the commit before the work.")
    var base = "HEAD"

    @OptionGroup var drafting: DraftOption

    @Argument(parsing: .postTerminator, help: "Arguments for Codex, after '--'.")
    var codexArguments: [String] = []

    func run() async throws {
        let workspace = try global.resolvedWorkspace(for: repository)
        var drafted = TaskCapture(workspace: workspace)
        drafted.draftingModel = try drafting.model()
        let capture = drafted
        let environment = ProcessInfo.processInfo.environment
        let runID = try runID.map { try TraceEnvironment.runID(explicit: $0, environment: [:]) } ?? .generate()
        let request = try TaskRequest(
            title: title ?? TaskRequest.title(of: instruction),
            notes: about.notes,
            labels: about.labels,
            instruction: instruction,
            sessionID: noAgent ? TaskRequest.sessionID(in: environment) : runID.description
        )
        let console = Console(quiet: global.quiet)
        guard !noAgent else {
            let task = try await capture.create(request, summary: summary, since: base, in: repository.directory)
            return console.report(task, json: global.json)
        }
        let options = codexArguments.isEmpty ? ["-s", "workspace-write"] : codexArguments
        let agent = TracedCommand(
            "codex",
            ["exec"] + options + ["--", instruction],
            agent: .codex,
            runID: runID,
            directory: repository.directory,
            input: .empty,
            environment: environment
        )
        let recorder = WorkspaceRecorder(
            workspace: workspace,
            executable: try OneShotProgram.current(environment: environment)
        )
        let watch = WorkspaceWatch(workspace: workspace) { console.note("oneshot: \($0)") }
        let task = try await capture.create(request, summary: summary, in: repository.directory) { task in
            console.note("started \(task.taskID)")
            return try await watch.during {
                try await agent.run(with: recorder) { console.note("oneshot: \($0)") }.result.shellCode
            }
        }
        console.report(task, json: global.json)
    }
}
