/// A file that could not be read, written or understood.
public enum FileError: OneShotError, Equatable {
    case unreadable(path: String, reason: String)
    case unwritable(path: String, reason: String)
    /// The content does not fit its format. `place` is a key path such as `repo.start_commit_sha`, or a line.
    case malformed(path: String, place: String, problem: String)

    public var description: String {
        switch self {
        case .unreadable(let path, let reason): "cannot read \(path): \(reason)"
        case .unwritable(let path, let reason): "cannot write \(path): \(reason)"
        case .malformed(let path, let place, let problem):
            place.isEmpty ? "\(path): \(problem)" : "\(path): \(place): \(problem)"
        }
    }

    public var exitCode: ExitCode {
        switch self {
        case .unreadable, .malformed: .usage
        case .unwritable: .environment
        }
    }
}
