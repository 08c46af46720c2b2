import Foundation
import OneShotCapture
import OneShotClient
import OneShotCore

/// Runs the tools on the repository and workspace that the server was started for.
struct TaskTools: Sendable {
    /// Where the agent was started.
    let directory: URL
    /// The workspace, where the person has named one; else the one that the repository lies in.
    let workspace: Workspace?
    /// Of the server, which names the model that drafts.
    var environment: [String: String] = [:]

    /// Never throws: what goes wrong is the result's text.
    func call(_ invocation: ToolInvocation) async -> ToolResult {
        guard let tool = TaskTool(rawValue: invocation.name) else {
            return .failure("there is no tool \(invocation.name)")
        }
        do {
            return .success(try await run(tool, invocation))
        } catch is CancellationError {
            return .failure("the call was cancelled")
        } catch {
            return .failure(Self.explain(error))
        }
    }

    /// What went wrong, with the tools in place of the command line's commands.
    private static func explain(_ error: any Error) -> String {
        switch error {
        case CaptureError.alreadyOpen(let title, let taskID, let repository, let since):
            "task '\(title)' (\(taskID)) is open in \(repository) since \(since); end it with \(TaskTool.end.rawValue), or "
                + "ask the user to drop it with 'oneshot task abort'"
        case CaptureError.nothingOpen(let repository):
            "no task is open in \(repository); start one with \(TaskTool.start.rawValue)"
        case ClientError.noKey:
            "a draft needs a model, and this server has no OPENAI_API_KEY; call \(TaskTool.end.rawValue) again without "
                + "draft, or ask the user to end the task with 'oneshot task end --draft'"
        default: "\(error)"
        }
    }

    private func run(_ tool: TaskTool, _ invocation: ToolInvocation) async throws -> String {
        let arguments = try ToolArguments(invocation.arguments, of: tool)
        let place =
            try arguments.text("repository")
            .map { URL(fileURLWithPath: $0, relativeTo: directory).absoluteURL } ?? directory
        var capture = TaskCapture(workspace: workspace ?? Workspace.containing(place))
        switch tool {
        case .start:
            let request = try TaskRequest(
                title: try arguments.text("title") ?? "",
                notes: try arguments.text("notes") ?? "",
                labels: try arguments.texts("labels"),
                sessionID: invocation.sessionID
            )
            return Self.text(try await capture.start(request, in: place))
        case .end:
            let summary = try arguments.text("summary") ?? ""
            if try arguments.flag("draft") { capture.draftingModel = try ModelClient(environment: environment) }
            return Self.text(try await capture.end(summary: summary, in: place, sessionID: invocation.sessionID))
        case .check: return try await capture.readiness(in: place).text
        case .fix: return try await capture.fix(in: place).text
        }
    }

    private static func text(_ task: OpenTask) -> String {
        """
        task started: \(task.taskID)
        title: \(task.title)
        repository: \(task.repository)
        A snapshot of the working tree was taken; nothing in the repository was changed. Do the work now, and call \
        \(TaskTool.end.rawValue) with a summary when it is done.
        """
    }

    private static func text(_ task: CapturedTask) -> String {
        let files = task.changedFiles.prefix(50).map { "  \($0.status) \($0.path)" }
        let more = task.changedFiles.count > 50 ? ["  and \(task.changedFiles.count - 50) more"] : []
        let session = task.hasSession ? "recorded" : "not recorded (was the agent started with codex-synth?)"
        return
            (["task ended: \(task.taskID)", "directory: \(task.directory.path)", "session: \(session)"]
            + ["\(task.changedFiles.count) changed file\(task.changedFiles.count == 1 ? "" : "s")"] + files + more
            + task.findings.map { "warning: \($0)" }).joined(separator: "\n")
    }
}
