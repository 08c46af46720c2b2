public import OneShotCore

/// Why the practice model could not be started.
public enum PracticeModelError: OneShotError, Equatable {
    case notListening(host: String, port: Int, reason: String)
    /// The recorded session has no answer of a model.
    case nothingRecorded(session: String)

    public var description: String {
        switch self {
        case .notListening(let host, let port, let reason):
            "the practice model cannot listen on \(host):\(port): \(reason); choose another --port, or 0 for any"
        case .nothingRecorded(let session):
            "session \(session) has no answer of a model to replay; 'oneshot sessions list' shows what was recorded"
        }
    }
}
