public import OneShotCore

/// Why a session cannot be exported.
public enum ExportError: OneShotError, Equatable {
    /// No model was called in it.
    case empty(session: String)
    case noDirectory(path: String)
    case isDirectory(path: String)

    public var description: String {
        switch self {
        case .empty(let session): "session \(session) has no turn to export; only --format har shows its exchanges"
        case .noDirectory(let path): "there is no directory \(path); make it, or name another with --out"
        case .isDirectory(let path): "\(path) is a directory; name a file in it"
        }
    }

    public var exitCode: ExitCode { .usage }
}
