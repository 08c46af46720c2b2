public import OneShotCore

/// Why a task could not be prepared, or a prepared task not be read.
public enum PreparationError: OneShotError, Equatable {
    case noTask(path: String)
    /// The directory is a created task.
    case notPrepared(path: String)
    case incomplete(path: String, missing: [String])

    public var description: String {
        switch self {
        case .noTask(let path): "\(path): no such task directory; 'oneshot task list' shows the tasks of this workspace"
        case .notPrepared(let path):
            "\(path) is a created task; make a prepared one of it with 'oneshot prepare \(path)'"
        case .incomplete(let path, let missing):
            "\(path) is not a whole prepared task: missing \(missing.joined(separator: ", ")); prepare it again"
        }
    }

    public var exitCode: ExitCode { .usage }
}
