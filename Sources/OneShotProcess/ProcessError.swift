public import OneShotCore

/// A program that could not be started, or ended other than it should.
public enum ProcessError: OneShotError, Equatable {
    case notFound(program: String)
    case notStarted(program: String, reason: String)
    /// `message` is the last line of its standard error.
    case failed(command: String, code: Int32, message: String)

    public var description: String {
        switch self {
        case .notFound(let program): "'\(program)' was not found; install it or put it on PATH"
        case .notStarted(let program, let reason): "'\(program)' could not be started: \(reason)"
        case .failed(let command, let code, let message):
            "'\(command)' ended with \(code)" + (message.isEmpty ? "" : ": \(message)")
        }
    }
}
