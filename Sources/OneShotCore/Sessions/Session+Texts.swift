/// Where in a session a text stands.
public struct TextPlace: Sendable, Hashable, Codable, CustomStringConvertible {
    /// The turn's index, from 1; 0 for what belongs to no turn.
    public var turn: Int
    /// Such as `input 1`, `reasoning 2`, `answer`, `arguments of call_1`, `result of call_1`, `tools`, `error`.
    public var part: String

    public init(turn: Int, part: String) {
        self.turn = turn
        self.part = part
    }

    public var description: String { turn > 0 ? "turn \(turn), \(part)" : part }
}

extension Session {
    /// The session with other texts: what people and models said, what programs were given and printed. Ids, times,
    /// counts and names stay as they are, so that calls still find their results.
    public func mappingTexts(_ transform: (TextPlace, String) -> String) -> Session {
        var session = self
        session.turns = turns.map { $0.mappingTexts(transform) }
        let place = TextPlace(turn: 0, part: "repository")
        session.repository?.directory = repository?.directory.map { transform(place, $0) }
        session.repository?.remoteURL = repository?.remoteURL.map { transform(place, $0) }
        session.repository?.branch = repository?.branch.map { transform(place, $0) }
        for number in threads.indices {
            session.threads[number].name = threads[number].name.map {
                transform(TextPlace(turn: 0, part: "name of thread \(number + 1)"), $0)
            }
        }
        return session
    }
}

extension Turn {
    func mappingTexts(_ transform: (TextPlace, String) -> String) -> Turn {
        func text(_ part: String, _ text: String) -> String { transform(TextPlace(turn: index, part: part), text) }
        var turn = self
        for number in input.indices {
            turn.input[number].text = text("input \(number + 1)", input[number].text)
        }
        for number in reasoning.indices {
            turn.reasoning[number] = text("reasoning \(number + 1)", reasoning[number])
        }
        turn.output = text("answer", output)
        for (number, call) in toolCalls.enumerated() {
            turn.toolCalls[number].arguments = text("arguments of \(call.callID)", call.arguments)
            turn.toolCalls[number].result = call.result.map { text("result of \(call.callID)", $0) }
        }
        for (number, item) in (answer ?? []).enumerated() {
            turn.answer?[number].text = text("answer \(number + 1)", item.text)
        }
        turn.tools = tools?.map { tool in tool.mappingStrings { text("tools", $0) } }
        turn.error = error.map { text("error", $0) }
        return turn
    }
}
