public import OneShotCore

extension Redactor {
    /// Redacts what the session's turns say. Ids, times, counts and names stay as they are, so that calls still
    /// find their results.
    public func redact(_ session: Session) -> Session {
        // The second pass replaces, in early turns, what a rule recognised only in a later one.
        redactOnce(redactOnce(session))
    }

    private func redactOnce(_ session: Session) -> Session {
        var session = session
        session.turns = session.turns.map { turn in
            var turn = turn
            turn.input = turn.input.map { item in
                var item = item
                item.text = redact(item.text).text
                return item
            }
            turn.reasoning = turn.reasoning.map { redact($0).text }
            turn.output = redact(turn.output).text
            turn.toolCalls = turn.toolCalls.map { call in
                var call = call
                call.arguments = redact(call.arguments).text
                call.result = call.result.map { redact($0).text }
                return call
            }
            turn.error = turn.error.map { redact($0).text }
            return turn
        }
        return session
    }
}
