extension Session {
    /// The session with other texts: what people and models said, what programs were given and printed. Ids, times,
    /// counts and names stay as they are, so that calls still find their results.
    public func mappingTexts(_ transform: (String) -> String) -> Session {
        var session = self
        session.turns = turns.map { $0.mappingTexts(transform) }
        return session
    }
}

extension Turn {
    public func mappingTexts(_ transform: (String) -> String) -> Turn {
        var turn = self
        turn.input = input.map { item in
            var item = item
            item.text = transform(item.text)
            return item
        }
        turn.reasoning = reasoning.map(transform)
        turn.output = transform(output)
        turn.toolCalls = toolCalls.map { call in
            var call = call
            call.arguments = transform(call.arguments)
            call.result = call.result.map(transform)
            return call
        }
        turn.error = error.map(transform)
        return turn
    }
}
