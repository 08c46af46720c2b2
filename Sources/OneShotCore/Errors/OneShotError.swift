/// An error that a person reads: one line that says what was wrong, where, and what to do about it.
///
/// The command line prints ``description`` as it stands and ends with ``exitCode``; nothing else is shown.
public protocol OneShotError: Error, CustomStringConvertible {
    /// How the process ends when this error reaches the command line.
    var exitCode: ExitCode { get }
}

extension OneShotError {
    public var exitCode: ExitCode { .environment }
}

/// The exit codes of `oneshot`, as `docs/reference.md` lists them.
public enum ExitCode: Int32, Sendable {
    /// The command did what it was asked to do.
    case done = 0
    /// The command worked and its answer is no: a failed score gate, a finding, a task that does not validate.
    case negative = 1
    /// The words on the command line, or a file that they name, do not make sense.
    case usage = 2
    /// Something outside the command is missing or in the way: an engine, a port, a disk.
    case environment = 3
    /// The person or a signal stopped it.
    case interrupted = 4
}
