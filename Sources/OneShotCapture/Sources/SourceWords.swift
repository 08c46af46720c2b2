import OneShotCore
import OneShotRedaction

/// What a person says about a task whose work is done already. Whatever is not said is drafted from the source.
public struct SourceWords: Sendable, Equatable {
    public var title: String?
    /// What the agent is told, word for word.
    public var instruction: String?
    public var notes: String
    public var labels: [String]
    /// What was done, for people.
    public var summary: String
    /// The run id, or the agent's session id, of the recorded session.
    public var sessionID: String?

    public init(
        title: String? = nil,
        instruction: String? = nil,
        notes: String = "",
        labels: [String] = [],
        summary: String = "",
        sessionID: String? = nil
    ) {
        self.title = title
        self.instruction = instruction
        self.notes = notes
        self.labels = labels
        self.summary = summary
        self.sessionID = sessionID
    }

    /// - Throws: ``CaptureError/noTitle``.
    func request(title drafted: String, instruction draft: String?, labels more: [String] = []) throws -> TaskRequest {
        try TaskRequest(
            title: title ?? instruction.map(TaskRequest.title(of:)) ?? drafted,
            notes: notes,
            labels: labels + more.filter { !labels.contains($0) },
            instruction: instruction ?? draft,
            sessionID: sessionID
        )
    }
}
