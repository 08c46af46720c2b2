import OneShotCore

/// The states of a task, tied by their times to what was said.
struct StateHistory: Sendable {
    /// When something was said, and what.
    struct Message: Sendable, Equatable {
        /// RFC 3339.
        var at: String
        var text: String
    }

    /// - Parameters:
    ///   - states: in their order.
    ///   - end: the last snapshot; it becomes the last state, unless that is the same tree.
    ///   - turns: when each turn of the session began, and its number.
    ///   - said: what the person said, in its order.
    static func told(
        _ states: [OpenState],
        end: OpenState,
        turns: [(at: String, index: Int)] = [],
        said: [Message] = []
    ) -> [CapturedState] {
        guard !states.isEmpty else { return [] }
        let before = states.last?.tree == end.tree ? Array(states.dropLast()) : states
        let last = states.last?.tree == end.tree ? states.last ?? end : end
        let all = before + [OpenState(index: before.count + 1, at: last.at, commit: last.commit, tree: last.tree)]
        return all.enumerated().map { position, state in
            var told = CapturedState(
                index: position + 1,
                at: state.at,
                turn: turns.last { $0.at <= state.at }?.index,
                commit: state.commit,
                tree: state.tree,
                verdict: position == all.count - 1 ? .final : .intermediate
            )
            guard position < all.count - 1, state.tree != end.tree,
                // What the person saw when they spoke is the last state before that.
                let next = said.first(where: { $0.at > state.at }), next.at <= all[position + 1].at
            else { return told }
            told.verdict = Corrections.isCorrection(next.text) ? .rejected : .superseded
            told.words = next.text
            return told
        }
    }
}

extension StateHistory {
    /// What the person said in a session, but for talk about the task tools.
    static func messages(of session: Session) -> [Message] {
        session.turns.flatMap { turn in
            turn.kind == .compaction || turn.kind == .other
                ? []
                : turn.input.filter { $0.isPersons && !PersonsWords.isAgentsOwn($0.text) }
                    .map { Message(at: turn.startedAt, text: PersonsWords.withoutToolTalk($0.text)) }
                    .filter { !$0.text.isEmpty }
        }
    }

    static func told(_ states: [OpenState], end: OpenState, in session: Session?) -> [CapturedState] {
        told(
            states,
            end: end,
            turns: session?.turns.map { ($0.startedAt, $0.index) } ?? [],
            said: session.map(messages) ?? []
        )
    }
}
