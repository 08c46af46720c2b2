import OneShotCore
import OneShotRedaction

/// What a person says about a task when it begins. Secrets in it are replaced at once.
public struct TaskRequest: Sendable, Equatable {
    public let title: String
    public let notes: String
    public let labels: [String]
    /// The agent's own session id, or the run id, that ties the task to its recorded session.
    public let sessionID: String?

    /// - Throws: ``CaptureError/noTitle``.
    public init(title: String, notes: String = "", labels: [String] = [], sessionID: String? = nil) throws {
        let redactor = Redactor.standard
        func clean(_ text: String) -> String { redactor.redact(text).text }
        self.title = clean(title.split { $0.isWhitespace }.joined(separator: " "))
        self.notes = clean(notes)
        self.labels = labels.map { clean($0.split { $0.isWhitespace }.joined(separator: " ")) }.filter { !$0.isEmpty }
        self.sessionID = sessionID
        guard !self.title.isEmpty else { throw CaptureError.noTitle }
    }

    /// The run id, else the agent's session id, that a program's environment names.
    public static func sessionID(in environment: [String: String]) -> String? {
        ["ONESHOT_RUN_ID", "RUN_ID", "CODEX_SESSION_ID", "CODEX_THREAD_ID"].lazy
            .compactMap { environment[$0] }
            .first { !$0.isEmpty }
    }
}
