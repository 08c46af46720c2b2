public import OneShotCore

/// A git command that failed.
public enum GitError: OneShotError, Equatable {
    /// `message` is git's own reason, one line.
    case failed(arguments: [String], message: String)
    case notARepository(path: String)
    /// A bare repository, or the inside of `.git`.
    case noWorkingTree(path: String)
    case noSuchDirectory(path: String)
    /// A patch that git wrote and that does not lead from the one tree to the other when git applies it.
    case inexactPatch(from: String, to: String)

    public var description: String {
        switch self {
        case .failed(let arguments, let message): "'git \(arguments.first ?? "")' failed: \(message)"
        case .notARepository(let path): "\(path) is not inside a git repository; run 'git init' there, or go to one"
        case .noWorkingTree(let path):
            "\(path) has no working tree (a bare repository, or inside .git); go to a checkout"
        case .noSuchDirectory(let path): "\(path) is not a directory"
        case .inexactPatch(let from, let to):
            "git's patch from tree \(from) to tree \(to) does not reproduce the changes; look for a 'diff' attribute in "
                + ".gitattributes that calls binary files text, and remove it"
        }
    }

    public var exitCode: ExitCode {
        switch self {
        case .notARepository, .noWorkingTree, .noSuchDirectory: .usage
        case .failed, .inexactPatch: .environment
        }
    }
}
