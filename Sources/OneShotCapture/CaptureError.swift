public import OneShotCore

/// Why a task could not be started, ended or found.
public enum CaptureError: OneShotError, Equatable {
    case noTitle
    case alreadyOpen(title: String, taskID: String, repository: String, since: String)
    case nothingOpen(repository: String)
    /// Another command is starting or ending a task in this repository.
    case busy(repository: String)
    /// The start snapshot is gone: somebody removed our ref and git has collected its objects.
    case snapshotLost(taskID: String, commit: String)
    /// The agent of `create` did not come to a good end. What it did is still there.
    case agentFailed(taskID: String, code: Int32)
    /// A directory of the workspace is a symbolic link that the repository brought along.
    case linkedWorkspace(path: String)
    case unknownRevision(String, repository: String)
    case unknownTask(name: String, directory: String)

    public var description: String {
        switch self {
        case .noTitle: "the task has no title; give one that says what is to be done"
        case .alreadyOpen(let title, let taskID, let repository, let since):
            "task '\(title)' (\(taskID)) is open in \(repository) since \(since); end it with 'oneshot task end' or drop it with "
                + "'oneshot task abort'"
        case .nothingOpen(let repository):
            "no task is open in \(repository); start one with 'oneshot task start TITLE'"
        case .busy(let repository):
            "another command is starting or ending a task in \(repository); try again when it is done"
        case .snapshotLost(let taskID, let commit):
            "the start snapshot \(commit) of task \(taskID) is gone; drop the task with 'oneshot task abort'"
        case .agentFailed(let taskID, let code):
            "the agent ended with \(code); task \(taskID) stays open: keep what was done with 'oneshot task end', or drop "
                + "it with 'oneshot task abort'"
        case .linkedWorkspace(let path):
            "\(path) is a symbolic link that belongs to the repository, and would lead our files out of it; name another "
                + "workspace with --workspace"
        case .unknownRevision(let revision, let repository):
            "'\(revision)' is no commit of \(repository); see 'git log'"
        case .unknownTask(let name, let directory):
            "there is no task '\(name)' in \(directory); see 'oneshot task list'"
        }
    }

    public var exitCode: ExitCode {
        switch self {
        case .noTitle, .unknownTask, .unknownRevision, .linkedWorkspace: .usage
        case .agentFailed: .negative
        case .alreadyOpen, .nothingOpen, .busy, .snapshotLost: .environment
        }
    }
}
