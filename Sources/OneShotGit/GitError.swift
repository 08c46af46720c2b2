public import OneShotCore

/// A git command that failed.
public enum GitError: OneShotError, Equatable {
    /// `message` is git's own reason, one line.
    case failed(arguments: [String], message: String)
    case notARepository(path: String)
    /// A bare repository, or the inside of `.git`.
    case noWorkingTree(path: String)
    case noSuchDirectory(path: String)
    /// The configuration of the repository says that its files lie somewhere else.
    case workingTreeElsewhere(path: String, top: String)
    /// Our refs would be written wherever that link leads.
    case linkedReferences(path: String)
    /// A patch that git wrote and that does not lead from the one tree to the other when git applies it.
    case inexactPatch(from: String, to: String, reason: String)

    public var description: String {
        switch self {
        case .failed(let arguments, let message): "'git \(Self.command(arguments))' failed: \(message)"
        case .notARepository(let path): "\(path) is not inside a git repository; run 'git init' there, or go to one"
        case .noWorkingTree(let path):
            "\(path) has no working tree (a bare repository, or inside .git); go to a checkout"
        case .noSuchDirectory(let path): "\(path) is not a directory"
        case .workingTreeElsewhere(let path, let top):
            "the repository of \(path) has its files in \(top) (core.worktree); go there if it is yours, or run "
                + "'git config --unset core.worktree'"
        case .linkedReferences(let path): "\(path) is a symbolic link; remove it, since refs would be written elsewhere"
        case .inexactPatch(let from, let to, let reason):
            "git's patch from tree \(from) to tree \(to) does not reproduce the changes (\(reason)); if git calls a path "
                + "invalid, leave it out; else look for a 'diff' attribute in .gitattributes that calls binary files "
                + "text, and remove it"
        }
    }

    /// The command's name, behind settings (`-c name=value`).
    private static func command(_ arguments: [String]) -> String {
        var rest = arguments[...]
        while rest.first == "-c" { rest = rest.dropFirst(2) }
        return rest.first ?? ""
    }

    public var exitCode: ExitCode {
        switch self {
        case .notARepository, .noWorkingTree, .noSuchDirectory, .workingTreeElsewhere: .usage
        case .failed, .inexactPatch, .linkedReferences: .environment
        }
    }
}
