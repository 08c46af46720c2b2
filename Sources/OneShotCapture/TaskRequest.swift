import OneShotCore
import OneShotRedaction

/// What a person says about a task when it begins. Secrets in it are replaced at once.
public struct TaskRequest: Sendable, Equatable {
    public let title: String
    public let notes: String
    public let labels: [String]
    /// What the agent is told, word for word, where the task begins with that; nil to take the person's first words from
    /// the recorded session.
    public let instruction: String?
    /// The agent's own session id, or the run id, that ties the task to its recorded session.
    public let sessionID: String?

    /// - Throws: ``CaptureError/noTitle``.
    public init(
        title: String,
        notes: String = "",
        labels: [String] = [],
        instruction: String? = nil,
        sessionID: String? = nil
    ) throws {
        let redactor = Redactor.standard
        func clean(_ text: String) -> String { redactor.redact(text).text }
        self.title = clean(title.split { $0.isWhitespace }.joined(separator: " "))
        self.notes = clean(notes)
        self.labels = labels.map { clean($0.split { $0.isWhitespace }.joined(separator: " ")) }.filter { !$0.isEmpty }
        self.instruction = instruction.map(clean)
        self.sessionID = sessionID
        guard !self.title.isEmpty else { throw CaptureError.noTitle }
    }

    /// A title made of what an agent is told: its first line, up to 72 characters, cut between words.
    public static func title(of instruction: String) -> String {
        let line = instruction.split { $0.isNewline }.first { !$0.allSatisfy(\.isWhitespace) } ?? ""
        let words = line.split { $0.isWhitespace }
        var title = ""
        for word in words {
            guard title.isEmpty || title.count + word.count + 1 <= 72 else { return title + " …" }
            title += (title.isEmpty ? "" : " ") + word
        }
        return title
    }

    /// The run id, else the agent's session id, that a program's environment names.
    public static func sessionID(in environment: [String: String]) -> String? {
        ["ONESHOT_RUN_ID", "RUN_ID", "CODEX_SESSION_ID", "CODEX_THREAD_ID"].lazy
            .compactMap { environment[$0] }
            .first { !$0.isEmpty }
    }
}
