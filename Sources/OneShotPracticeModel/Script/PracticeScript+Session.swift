public import OneShotCore
public import OneShotSessions

extension PracticeScript {
    /// A script that gives a recorded session's answers again, item by item and in their order. Each thread of the
    /// session (the agent itself, then its subagents) becomes a conversation.
    ///
    /// - Parameters:
    ///   - session: for the conversations' prompts.
    ///   - answers: as `SessionReader.recordedAnswers(in:)` gives them.
    ///   - isTimed: whether each answer takes as long to begin as it did then.
    /// - Throws: ``PracticeModelError/nothingRecorded(session:)``.
    public static func fromSession(
        _ session: Session,
        answers: [SessionReader.RecordedOutput],
        isTimed: Bool = false
    ) throws -> PracticeScript {
        var threads: [String?] = []
        for answer in answers where !threads.contains(answer.threadID) { threads.append(answer.threadID) }
        guard !threads.isEmpty else { throw PracticeModelError.nothingRecorded(session: session.sessionID) }
        let conversations = threads.enumerated().map { index, thread in
            Conversation(
                // The agent's own thread answers whatever it is asked; a subagent is known by its task.
                match: index == 0 ? nil : prompt(of: thread, in: session).map { .text($0) },
                steps: answers.filter { $0.threadID == thread }.map { answer in
                    PracticeStep(
                        action: .output(answer.items),
                        usage: answer.usage,
                        delayMs: isTimed ? answer.firstByteMs : 0
                    )
                }
            )
        }
        return PracticeScript(conversations: Array(conversations.dropFirst() + conversations.prefix(1)))
    }

    private static func prompt(of thread: String?, in session: Session) -> String? {
        session.turns.first { $0.threadID == thread }?.input.last { $0.role == "user" }?.text
    }
}
