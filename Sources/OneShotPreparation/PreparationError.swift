public import OneShotCore

/// Why a task could not be prepared, or a prepared task not be read.
public enum PreparationError: OneShotError, Equatable {
    case noTask(path: String)
    /// The directory is a created task.
    case notPrepared(path: String)
    /// The directory is a prepared task where a created one is wanted.
    case alreadyPrepared(path: String)
    case incomplete(path: String, missing: [String])
    /// `reason` is git's.
    case noRepository(path: String, reason: String)
    case noSnapshot(reference: String, repository: String)
    case patchDoesNotApply(path: String, reason: String)
    case nothingChanged(path: String)
    /// Each place is a file with the rule that found something in it, as `path:line: rule`.
    case secrets(places: [String], count: Int)
    /// An object that only the solution has is in the bundle.
    case leak(object: String)
    case occupied(path: String)

    public var description: String {
        switch self {
        case .noTask(let path): "\(path): no such task directory; 'oneshot task list' shows the tasks of this workspace"
        case .notPrepared(let path):
            "\(path) is a created task; make a prepared one of it with 'oneshot prepare \(path)'"
        case .alreadyPrepared(let path):
            "\(path) is a prepared task already; give the created task that it was made from (data/tasks/created/…)"
        case .incomplete(let path, let missing):
            "\(path) is not a whole task: missing \(missing.joined(separator: ", ")); capture or prepare it again"
        case .noRepository(let path, let reason):
            "the repository \(path), where the task was captured, cannot be read (\(reason)); put it back, or write its "
                + "new place into 'repository' of overlay_files/repo_info.json"
        case .noSnapshot(let reference, let repository):
            "the snapshot \(reference) is gone from \(repository), so the start of the task is lost; capture it again"
        case .patchDoesNotApply(let path, let reason):
            "\(path) does not apply to the start of the task (\(reason)); undo what was edited in it, or capture again"
        case .nothingChanged(let path): "\(path) is empty: the session changed no file, so there is nothing to check"
        case .secrets(let places, let count):
            "the task holds what looks like \(count == 1 ? "a secret" : "\(count) secrets"): "
                + places.joined(separator: "; ") + (count > places.count ? "; …" : "")
                + "; take it out of the repository, revoke it and capture again, or say that a file is harmless with "
                + "'--allow PATH'"
        case .leak(let object):
            "the bundle would hold \(object), which only the solution has; report this with 'oneshot prepare --verbose'"
        case .occupied(let path):
            "\(path) is in the way and is no prepared task; move it away, or overwrite it with '--force'"
        }
    }

    public var exitCode: ExitCode {
        switch self {
        case .secrets: .negative
        case .noRepository, .noSnapshot, .leak, .occupied: .environment
        default: .usage
        }
    }
}
