public import OneShotCore

/// Why a file of an agent's could not be imported. Nothing of it was stored.
public enum TranscriptError: OneShotError, Equatable {
    /// `line` is counted from 1.
    case malformed(path: String, line: Int, problem: String)
    case unreadable(path: String, reason: String)
    /// No file of an agent's where one would be expected.
    case nothingFound(place: String)

    public var description: String {
        switch self {
        case .malformed(let path, let line, let problem):
            "\(path): line \(line): \(problem); nothing of it was imported"
        case .unreadable(let path, let reason): "cannot read \(path): \(reason)"
        case .nothingFound(let place):
            "no rollout of Codex and no transcript of Claude Code in \(place); name the files or directories to import"
        }
    }

    public var exitCode: ExitCode { .usage }
}
