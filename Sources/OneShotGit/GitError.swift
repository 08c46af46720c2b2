public import OneShotCore

/// A git command that failed.
public enum GitError: OneShotError, Equatable {
    /// `message` is git's own reason, one line.
    case failed(arguments: [String], message: String)
    case notARepository(path: String)

    public var description: String {
        switch self {
        case .failed(let arguments, let message): "'git \(arguments.first ?? "")' failed: \(message)"
        case .notARepository(let path): "\(path) is not inside a git repository; run 'git init' there, or go to one"
        }
    }
}
