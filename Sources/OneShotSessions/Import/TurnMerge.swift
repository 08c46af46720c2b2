import OneShotCore

/// The turns of two accounts in one list.
struct TurnMerge {
    private var truer: [Turn]
    private let other: [Turn]
    private(set) var result: [Turn] = []

    init(_ truer: [Turn], _ other: [Turn]) {
        self.truer = truer
        self.other = other
    }

    mutating func merge() {
        // Which turn of the truer account each of the other's is.
        let matches = match()
        var added: [Turn] = []
        for turn in other {
            if let place = matches[turn.index] {
                truer[place].fill(from: turn)
            } else if !isTold(turn) {
                added.append(turn)
            }
        }
        arrange(added, matches)
    }

    /// The same answer has the same id, and so has a call of a tool.
    private func match() -> [Int: Int] {
        var places: [String: Int] = [:]
        for (place, turn) in truer.enumerated() {
            for key in turn.mergeKeys { places[key] = place }
        }
        return other.reduce(into: [:]) { matches, turn in
            matches[turn.index] =
                turn.mergeKeys.lazy.compactMap { places[$0] }.first ?? truer.firstIndex { $0.isLike(turn) }
        }
    }

    /// An attempt that brought nothing has no id; the recorder saw it if it saw any call of that time.
    private func isTold(_ turn: Turn) -> Bool {
        guard turn.mergeKeys.isEmpty, turn.state != .complete else { return false }
        return truer.contains { known in
            known.threadID == turn.threadID
                && abs((known.startedAtMs ?? .min / 2) - (turn.startedAtMs ?? 0)) < 60_000 && known.mergeKeys.isEmpty
        }
    }

    private mutating func arrange(_ added: [Turn], _ matches: [Int: Int]) {
        var numbersOfTruer: [Int: Int] = [:]
        var numbersOfOther: [Int: Int] = [:]
        var merged: [(turn: Turn, isTruer: Bool)] = []
        var rest = added.sorted { ($0.startedAt, $0.index) < ($1.startedAt, $1.index) }[...]
        func number(_ turn: Turn, isTruer: Bool) {
            merged.append((turn, isTruer))
            if isTruer { numbersOfTruer[turn.index] = merged.count } else { numbersOfOther[turn.index] = merged.count }
        }
        for turn in truer {
            while let next = rest.first, next.startedAt < turn.startedAt {
                rest.removeFirst()
                number(next, isTruer: false)
            }
            number(turn, isTruer: true)
        }
        for turn in rest { number(turn, isTruer: false) }
        for (index, place) in matches { numbersOfOther[index] = numbersOfTruer[truer[place].index] }
        result = merged.enumerated().map { position, entry in
            var turn = entry.turn
            turn.renumber(to: position + 1, entry.isTruer ? numbersOfTruer : numbersOfOther)
            return turn
        }
    }
}

extension Turn {
    /// What another account of the same call has too.
    fileprivate var mergeKeys: [String] {
        (responseID.map { ["answer \($0)"] } ?? [])
            + toolCalls.filter { !$0.callID.isEmpty }.map { "call \($0.callID)" }
    }

    /// Whether it must be the same call, though it has no id: sessions that an older version has cleaned have none.
    fileprivate func isLike(_ other: Turn) -> Bool {
        guard responseID == nil || other.responseID == nil, toolCalls.isEmpty, other.toolCalls.isEmpty, !output.isEmpty,
            output == other.output, usage == other.usage
        else { return false }
        return abs((startedAtMs ?? 0) - (other.startedAtMs ?? 0)) < 10_000
    }

    fileprivate var startedAtMs: Int64? { Timestamp.milliseconds(iso: startedAt) }

    /// Takes over what is not known here.
    fileprivate mutating func fill(from other: Turn) {
        if [.truncated, .inFlight].contains(state), other.state == .complete {
            state = other.state
            stopReason = other.stopReason
            reasoning = other.reasoning
            output = other.output
            answer = other.answer
            let known = toolCalls
            toolCalls = other.toolCalls.map { call in
                known.first { $0.callID == call.callID && $0.result != nil } ?? call
            }
            durationMs = durationMs ?? other.durationMs
        }
        kind = kind ?? other.kind
        model = model ?? other.model
        threadID = threadID ?? other.threadID
        responseID = responseID ?? other.responseID
        if usage == nil {
            usage = other.usage
            providerUsage = other.providerUsage
            usageProblems = other.usageProblems
        }
        if usage == other.usage { costUSD = costUSD ?? other.costUSD }
        if reasoning.isEmpty { reasoning = other.reasoning }
        for (place, call) in toolCalls.enumerated() {
            guard let told = other.toolCalls.first(where: { $0.callID == call.callID }) else { continue }
            toolCalls[place].result = call.result ?? told.result
            toolCalls[place].isError = call.isError ?? told.isError
        }
    }

    /// - Parameter numbers: the new indexes of this account's turns, by the old ones.
    fileprivate mutating func renumber(to index: Int, _ numbers: [Int: Int]) {
        self.index = index
        retryOf = retryOf.flatMap { numbers[$0] }
        guard let prompt else { return }
        let continues = prompt.continues.flatMap { numbers[$0] }
        let items = prompt.items?.compactMap { reference -> PromptReference? in
            var reference = reference
            guard let number = numbers[reference.turn] else { return nil }
            reference.turn = number
            return reference
        }
        let isWhole =
            continues.map { $0 < index } ?? (prompt.continues == nil) && items?.count == prompt.items?.count
            && items?.allSatisfy { $0.turn <= index } ?? true
        self.prompt =
            isWhole
            ? TurnPrompt(continues: continues, items: items, fidelity: prompt.fidelity) : TurnPrompt(fidelity: .partial)
    }
}
