extension Session {
    /// More items than any prompt has; a file whose references multiply is read up to here.
    private static let mostItems = 1 << 20

    /// The whole prompt of a turn, in its order: system and developer texts, messages, calls of tools and their results,
    /// without definitions of tools and without reasoning that the client gave back.
    ///
    /// - Returns: nil where there is no such turn, where the session is of version 1, which does not tell, and where the
    ///   references cannot be resolved. ``TurnPrompt/fidelity`` says whether something is missing.
    public func prompt(ofTurn index: Int) -> [InputItem]? {
        guard schemaVersion >= 2, turn(index) != nil else { return nil }
        var items: [InputItem] = []
        // What is still to be written, the next one last, each with the turns that it may refer to.
        var rest = [PromptReference(turn: index, part: .prompt)]
        while let next = rest.popLast() {
            guard let turn = turn(next.turn), items.count + rest.count < Self.mostItems else { return nil }
            switch next.part {
            case .prompt:
                guard let parts = turn.promptParts else { return nil }
                rest += parts.reversed()
            case .input, .answer:
                let all = next.part == .input ? turn.input : turn.answerItems
                guard let item = next.item else {
                    items += all
                    continue
                }
                guard all.indices.contains(item) else { return nil }
                items.append(all[item])
            }
        }
        return items
    }

    /// Turns stand at their index, unless somebody has taken some out.
    private func turn(_ index: Int) -> Turn? {
        if turns.indices.contains(index - 1), turns[index - 1].index == index { return turns[index - 1] }
        return turns.first { $0.index == index }
    }
}

extension Turn {
    /// The parts of the prompt; nil where one of them is not of an earlier turn.
    fileprivate var promptParts: [PromptReference]? {
        let own = PromptReference(turn: index, part: .input)
        if let before = prompt?.continues {
            guard before < index else { return nil }
            return [.init(turn: before, part: .prompt), .init(turn: before, part: .answer), own]
        }
        let parts = prompt?.items ?? [own]
        return parts.allSatisfy { $0.turn < index || $0.turn == index && $0.part == .input } ? parts : nil
    }
}
