import OneShotCore

/// A piece of a conversation, in the order in which it was said.
enum Utterance {
    /// Sent by the client: what a person said, an instruction, or anything else that is no call and no result.
    case message(InputItem, in: Turn)
    /// A call out of a history that was not recorded, as the client sent it back.
    case copied(ToolCall, in: Turn)
    /// A result for which there is no call.
    case result(InputItem, in: Turn)
    /// What the model answered, with the results that its calls got.
    case answer(Turn)
}

extension Conversation {
    /// All of it. A call stands there once, with its result.
    var utterances: [Utterance] {
        var seen = Set(turns.flatMap(\.toolCalls).map(\.callID))
        let recorded = seen
        let copies = Set(turns.flatMap(\.input).filter { $0.kind == "tool_call" }.compactMap(\.callID))
        var results: [String: InputItem] = [:]
        for item in turns.flatMap(\.input) where item.kind == "tool_result" {
            if let id = item.callID, results[id] == nil { results[id] = item }
        }
        return turns.flatMap { turn in
            turn.input.compactMap { item -> Utterance? in
                switch (item.kind, item.callID) {
                case ("tool_call", let id?):
                    guard seen.insert(id).inserted else { return nil }
                    return .copied(ToolCall(item, id: id, result: results[id]), in: turn)
                case ("tool_result", let id?) where recorded.contains(id) || copies.contains(id): return nil
                case ("tool_result", _): return .result(item, in: turn)
                default: return .message(item, in: turn)
                }
            } + [.answer(turn)]
        }
    }
}

extension ToolCall {
    /// - Parameter item: of the kind `tool_call`, whose text is the name, a blank and the arguments.
    fileprivate init(_ item: InputItem, id: String, result: InputItem?) {
        let words = item.text.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
        self.init(
            callID: id,
            name: words.first.map(String.init) ?? "",
            arguments: words.count > 1 ? String(words[1]) : "",
            result: result?.text,
            isError: result?.isError
        )
    }

    /// The arguments as an object: free text is its `input`, as Codex's own tools have it.
    var argumentsObject: JSON {
        if let json = try? JSON(parsing: arguments), case .object = json { return json }
        return arguments.isEmpty ? .object([]) : ["input": .string(arguments)]
    }

    /// Whether the model wrote a JSON object, and not free text.
    var isFunction: Bool {
        guard let json = try? JSON(parsing: arguments), case .object = json else { return arguments.isEmpty }
        return true
    }
}

extension Turn {
    /// RFC 3339: when the last byte of the answer came, as far as it is known.
    var endedAt: String {
        guard let durationMs, let start = Timestamp.milliseconds(iso: startedAt) else { return startedAt }
        return Timestamp.iso(milliseconds: start + Int64(durationMs))
    }
}
