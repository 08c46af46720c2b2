import OneShotCore
import OneShotRedaction

/// What a person asked for: the first words about the work, and what was said to correct it later.
struct PersonsRequest: Sendable, Equatable {
    /// Verbatim; empty when nothing is known.
    var firstWords = ""
    /// The first words without the sentences that are about the task tools.
    var work = ""
    var corrections: [TaskProvenance.Correction] = []
}

extension PersonsRequest {
    /// - Parameters:
    ///   - task: of the source, with what the agent is told.
    ///   - session: of the task, in the form in which its words may be written down.
    init(of source: TaskSource, task: OpenTask, session: Session?) {
        self.init(
            told: task.instruction,
            said: session.map { Self.messages(of: $0, for: task, isWhole: source.kind == .session) } ?? []
        )
        if let words = source.firstWords { firstWords = words }
    }

    /// - Parameters:
    ///   - told: what the work began with, where that is known; then the messages only correct it.
    ///   - said: the person's messages about the work, in order.
    init(told: String?, said: [(turn: Int, text: String)]) {
        var said = said[...]
        if let told, !told.allSatisfy(\.isWhitespace) {
            firstWords = told
            work = told.trimmingBlanks
            // What an agent was told with its start is its first message, too.
            if let first = said.first, first.text.trimmingBlanks == work { said.removeFirst() }
        } else {
            while let message = said.popFirst() {
                work = PersonsWords.withoutToolTalk(message.text)
                guard work.isEmpty else {
                    firstWords = message.text
                    break
                }
            }
        }
        corrections = said.compactMap { message in
            let words = PersonsWords.withoutToolTalk(message.text)
            guard !words.isEmpty else { return nil }
            return .init(turn: message.turn, words: message.text, requirements: Requirements.sentences(of: words))
        }
    }

    /// The person's messages from the one that led to the start of the task.
    ///
    /// - Parameter isWhole: whether the whole session is the task.
    private static func messages(
        of session: Session,
        for task: OpenTask,
        isWhole: Bool
    ) -> [(turn: Int, text: String)] {
        let said = placedMessages(of: session)
        let wanted: ArraySlice<(place: Int, turn: Int, text: String)>
        let begun = session.turns.prefix { $0.startedAt <= task.startedAt }
        if isWhole {
            wanted = said[...]
        } else if let start = begun.lastIndex(where: { $0.toolCalls.contains(where: \.startsTask) }) {
            wanted = said.dropFirst(said.lastIndex { $0.place <= start } ?? 0)
        } else {
            // Started from a shell: what was said since then, if anything was.
            let later = said.filter { $0.place >= begun.count }
            wanted = later.isEmpty ? said[...] : later[...]
        }
        return wanted.map { ($0.turn, $0.text) }
    }

    /// All that a person said in a session.
    static func messages(of session: Session) -> [(turn: Int, text: String)] {
        placedMessages(of: session).map { ($0.turn, $0.text) }
    }

    private static func placedMessages(of session: Session) -> [(place: Int, turn: Int, text: String)] {
        session.turns.enumerated().flatMap { place, turn in
            turn.kind == .compaction || turn.kind == .other
                ? []
                : turn.input
                    .filter { $0.isPersons && !PersonsWords.isAgentsOwn($0.text) }
                    .map { (place: place, turn: turn.index, text: $0.text) }
        }
    }

    func provenance(of source: TaskSource, redactor: Redactor) -> TaskProvenance {
        TaskProvenance(
            source: source.kind,
            firstWords: redactor.redact(firstWords).text,
            corrections: corrections.map { correction in
                .init(
                    turn: correction.turn,
                    words: redactor.redact(correction.words).text,
                    requirements: correction.requirements.map { redactor.redact($0).text }
                )
            },
            sessions: source.session.map { session in
                [session.sessionID] + session.agentSessionIDs.filter { $0 != session.sessionID }
            } ?? source.task.sessionID.map { [$0] } ?? [],
            commits: source.commits,
            url: source.url
        )
    }
}

extension ToolCall {
    /// Called directly, or from the JavaScript of Codex's code mode.
    fileprivate var startsTask: Bool {
        let mark = "repo_start_task_v1"
        return name.replacing(".", with: "_").contains(mark) || (name.hasSuffix("exec") && arguments.contains(mark))
    }
}
