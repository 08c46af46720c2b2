import ArgumentParser
import Foundation
import OneShotCapture
import OneShotCore

/// `oneshot task end`
struct TaskEnd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "end",
        abstract: "End the open task: write it to data/tasks/created/.",
        discussion: """
              oneshot task end --summary "Added the flag and its tests"
            """
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var repository: RepositoryOptions

    @Option(help: "What was done, for people; an agent that is given the task never sees it.")
    var summary = ""

    @Option(help: "The run id, or the agent's session id, where the start did not know it (default: RUN_ID).")
    var session: String?

    @OptionGroup var drafting: DraftOption

    func run() async throws {
        var capture = TaskCapture(workspace: try global.resolvedWorkspace(for: repository))
        capture.draftingModel = try drafting.model()
        let known = TaskRequest.sessionID(in: ProcessInfo.processInfo.environment)
        let task = try await capture.end(summary: summary, in: repository.directory, sessionID: session ?? known)
        Console(quiet: global.quiet).report(task, json: global.json)
    }
}

extension Console {
    /// A task that was just captured.
    func report(_ task: CapturedTask, json: Bool) {
        guard !json else {
            result(task.json.prettyText.trimmingCharacters(in: .newlines))
            return
        }
        result(task.directory.path)
        note("\(task.changedFiles.count) changed file\(task.changedFiles.count == 1 ? "" : "s")")
        for finding in task.findings { note("warning: \(finding)") }
        if !task.hasSession { note("no recorded session belongs to this task") }
        note("next: oneshot prepare \(task.directory.path)")
    }
}

extension CapturedTask {
    fileprivate var json: JSON {
        [
            "task_id": .string(taskID), "directory": .string(directory.path),
            "changed_files": .array(changedFiles.map { ["path": .string($0.path), "status": .string($0.status)] }),
            "has_session": .bool(hasSession), "findings": .array(findings.map { .string($0) }),
        ]
    }
}
