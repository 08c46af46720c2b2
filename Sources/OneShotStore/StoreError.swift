public import OneShotCore

/// Why a database could not be opened or used.
public enum StoreError: OneShotError, Equatable {
    /// No recorder has run in this workspace yet.
    case absent(path: String)
    /// A file without a table, as a recorder leaves it that ends while it starts. It is left as it is.
    case blank(path: String)
    /// The file is not one of ours, or is damaged. It is left as it is.
    case unusable(path: String, reason: String)
    /// Another process has kept it from being written for too long.
    case locked(path: String)

    public var description: String {
        switch self {
        case .absent(let path):
            "no traces yet: \(path) does not exist; start the recorder with 'oneshot up', or run 'oneshot trace -- COMMAND'"
        case .blank(let path):
            "no traces yet: \(path) is empty; start the recorder with 'oneshot up', or run 'oneshot trace -- COMMAND'"
        case .unusable(let path, let reason):
            "\(path) cannot be used: \(reason); move it away to start afresh"
        case .locked(let path):
            "\(path) is locked by another process; end what has it open for writing, such as a sqlite3 shell, and try again"
        }
    }
}
