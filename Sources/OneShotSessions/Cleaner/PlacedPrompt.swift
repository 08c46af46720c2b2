import OneShotCore

/// A prompt told by what is new in it, and where the rest of it stands.
struct PlacedPrompt: Sendable {
    /// What is new.
    private(set) var input: [PromptItem] = []
    private(set) var retryOf: Int?
    /// All of it.
    private(set) var sequence: ItemSequence
    private(set) var fidelity = TurnPrompt.Fidelity.complete
    /// The turn whose prompt and answer it begins with.
    private var base: Int?
    private var references: [PromptReference] = []
    /// Some of it, after the base, was sent earlier.
    private var isRewritten = false
    private let turn: Int
    private let conversation: Int

    /// - Parameters:
    ///   - prompt: what was sent.
    ///   - conversation: the number of its thread.
    ///   - last: what is known of that.
    ///   - turn: the index of the turn that it becomes.
    ///   - memory: takes in what is new.
    init(
        _ prompt: ModelCall.Prompt,
        conversation: Int,
        last: Conversation,
        turn: Int,
        memory: inout SessionMemory
    ) {
        self.turn = turn
        self.conversation = conversation
        sequence = ItemSequence(conversation: conversation)
        var items = prompt.items[...]
        if let previous = prompt.previousResponseID {
            begin(after: previous, &items, memory)
        } else {
            items = begin(items, memory)
        }
        if let failed = last.failedPrompt, failed == sequence, !prompt.items.isEmpty {
            retryOf = last.lastTurn
            base = nil
            references = [PromptReference(turn: last.lastTurn, part: .prompt)]
            isRewritten = true
            return
        }
        // What follows on the newest answer is new, whatever it says.
        let isNext = prompt.previousResponseID != nil || base.map { $0 == last.lastTurn } == true
        place(items, after: prompt.items.count - items.count, of: prompt.items, isNext: isNext, &memory)
    }

    /// A request that brings only what is new.
    private mutating func begin(after response: String, _ items: inout ArraySlice<PromptItem>, _ memory: SessionMemory)
    {
        let summary = items.lastIndex(where: \.isCompaction)
        if let summary {
            // Nothing before it is left.
            items = items[summary...]
            fidelity = .opaque
        } else if let start = memory[response: response], let end = memory[end: start] {
            sequence = start
            fidelity = end.fidelity
            if let kept = memory.cut(of: end.turn), end.isCut {
                references = kept.map { PromptReference(turn: Int(end.turn), part: .answer, item: $0) }
                isRewritten = true
            } else {
                base = Int(end.turn)
            }
        } else {
            sequence.append(response.hashValue)
            fidelity = .partial
        }
        sequence.append(items)
    }

    /// A request that brings everything: begins with the longest part that is an earlier turn's prompt and answer.
    ///
    /// - Returns: the items behind that.
    private mutating func begin(_ items: ArraySlice<PromptItem>, _ memory: SessionMemory) -> ArraySlice<PromptItem> {
        var sequences: [ItemSequence] = []
        sequences.reserveCapacity(items.count)
        for item in items {
            sequence.append(item.key)
            sequences.append(sequence)
            if item.isCompaction { fidelity = .opaque }
        }
        for (index, sequence) in sequences.enumerated().reversed() {
            guard let end = memory[end: sequence], !end.isCut else { continue }
            base = Int(end.turn)
            return items.dropFirst(index + 1)
        }
        return items
    }

    private mutating func place(
        _ items: ArraySlice<PromptItem>,
        after start: Int,
        of all: [PromptItem],
        isNext: Bool,
        _ memory: inout SessionMemory
    ) {
        // How many of each there are in this request, as far as it has been read; counted when it matters.
        var counts: [Int: Int]?
        for (offset, item) in items.enumerated() {
            counts?[item.key, default: 0] += 1
            let known = memory.known(item.key, in: conversation)
            var count = 1
            if let known {
                if counts == nil {
                    counts = all[...(start + offset)].reduce(into: [:]) { $0[$1.key, default: 0] += 1 }
                }
                count = isNext ? known.count + 1 : counts?[item.key] ?? 1
                if !isNext, count <= known.count {
                    refer(to: known.place)
                    continue
                }
            }
            if item.item.isInstruction {
                if let told = memory.known(item.key, in: nil) {
                    refer(to: told.place)
                    continue
                }
                memory.remember(item.key, in: nil, at: nextPlace)
            }
            memory.remember(item.key, in: conversation, at: nextPlace, count: count)
            references.append(nextPlace.reference)
            input.append(item)
        }
    }

    private var nextPlace: SessionMemory.ItemPlace { .init(turn: Int32(clamping: turn), item: Int32(input.count)) }

    private mutating func refer(to place: SessionMemory.ItemPlace) {
        isRewritten = true
        references.append(place.reference)
    }

    /// As the turn tells it; nil where the input is all.
    var prompt: TurnPrompt? {
        guard isRewritten else {
            guard base != nil || fidelity != .complete else { return nil }
            return TurnPrompt(continues: base, fidelity: fidelity)
        }
        let before = base.map { base in
            [PromptReference(turn: base, part: .prompt), PromptReference(turn: base, part: .answer)]
        }
        return TurnPrompt(items: (before ?? []) + shortReferences, fidelity: fidelity)
    }

    /// The input as one, where all of it stands together.
    private var shortReferences: [PromptReference] {
        let own = references.indices.filter { references[$0].turn == turn }
        guard own.count > 1, let first = own.first, let last = own.last, last - first + 1 == own.count else {
            return references
        }
        return references[..<first] + [PromptReference(turn: turn, part: .input)] + references[(last + 1)...]
    }
}
