import OneShotCore

/// What must be known of a session's earlier calls to tell what is new in the next one. It holds no text.
struct SessionMemory: Sendable {
    /// Where a call of a tool stands, and which result it was given.
    struct ToolPlace: Sendable {
        var turn: Int32
        var call: Int32
        var result: Int?
    }

    /// The end of a turn: its prompt and its answer.
    struct End: Sendable, Equatable {
        var turn: Int32
        var conversation: UInt16
        var fidelity: TurnPrompt.Fidelity
        /// What goes on from here sees nothing before the summary in the turn's answer.
        var isCut: Bool
    }

    /// Where an item stands.
    struct ItemPlace: Sendable, Equatable {
        var turn: Int32
        /// Counted from 0 in the turn's input, from -1 downwards in its answer.
        var item: Int32

        var reference: PromptReference {
            item >= 0
                ? PromptReference(turn: Int(turn), part: .input, item: Int(item))
                : PromptReference(turn: Int(turn), part: .answer, item: Int(~item))
        }
    }

    /// By the hash of all items up to there.
    private var ends = LayeredDictionary<End>()
    /// The hash of all items up to the end of an answer, by the answer's id.
    private var responses = LayeredDictionary<Int>()
    /// What goes on from a turn with a summary in its answer sees these items of the answer.
    private var cuts = LayeredDictionary<Range<Int>>()
    private var places = LayeredDictionary<ItemPlace>()
    /// How many items of one content one request has carried at most, where it is more than one.
    private var repeats = LayeredDictionary<Int>()
    /// The newest call with an id.
    private var toolCalls = LayeredDictionary<ToolPlace>()

    /// In bytes, about.
    var weight: Int { (ends.count + responses.count + places.count + repeats.count) * 32 + toolCalls.count * 64 }

    /// A copy to try something on.
    var layered: SessionMemory {
        var copy = self
        copy.ends = ends.layered
        copy.responses = responses.layered
        copy.cuts = cuts.layered
        copy.places = places.layered
        copy.repeats = repeats.layered
        copy.toolCalls = toolCalls.layered
        return copy
    }

    subscript(end sequence: ItemSequence) -> End? {
        get { ends[sequence.hash] }
        set { ends[sequence.hash] = newValue }
    }

    subscript(response id: String) -> ItemSequence? {
        get { responses[id.hashValue].map(ItemSequence.init(hash:)) }
        set { responses[id.hashValue] = newValue?.hash }
    }

    func cut(of turn: Int32) -> Range<Int>? { cuts[Int(turn)] }

    subscript(toolCall id: String) -> ToolPlace? {
        get { toolCalls[id.hashValue] }
        set { toolCalls[id.hashValue] = newValue }
    }

    /// Where an item like this stands, and how many of them one request has carried.
    ///
    /// - Parameter conversation: nil for the texts that all conversations have in common.
    func known(_ key: Int, in conversation: Int?) -> (place: ItemPlace, count: Int)? {
        let key = Self.key(key, conversation)
        return places[key].map { ($0, repeats[key] ?? 1) }
    }

    mutating func remember(_ key: Int, in conversation: Int?, at place: ItemPlace, count: Int = 1) {
        let key = Self.key(key, conversation)
        places[key] = place
        if count > 1 { repeats[key] = count }
    }

    /// Takes in a turn's answer.
    ///
    /// - Parameters:
    ///   - prompt: all that the turn's call sent.
    ///   - responseID: what later calls may name to go on from here.
    /// - Returns: the prompt and the answer.
    @discardableResult
    mutating func remember(
        _ answer: [InputItem],
        responseID: String?,
        to prompt: ItemSequence,
        _ end: End
    ) -> ItemSequence {
        var sequence = prompt
        let keys = answer.map { PromptItem($0).key }
        for (index, key) in keys.enumerated() {
            sequence.append(key)
            let known = self.known(key, in: Int(end.conversation))
            let place = ItemPlace(turn: end.turn, item: ~Int32(clamping: index))
            remember(key, in: Int(end.conversation), at: place, count: (known?.count ?? 0) + 1)
        }
        self[end: sequence] = end
        guard let responseID else { return sequence }
        self[response: responseID] = sequence
        guard let summary = answer.lastIndex(where: PromptItem.isCompaction) else { return sequence }
        var rest = ItemSequence(conversation: Int(end.conversation))
        for key in keys[summary...] { rest.append(key) }
        cuts[Int(end.turn)] = summary..<answer.count
        self[end: rest] = End(turn: end.turn, conversation: end.conversation, fidelity: .opaque, isCut: true)
        self[response: responseID] = rest
        return sequence
    }

    private static func key(_ item: Int, _ conversation: Int?) -> Int {
        ItemSequence(hash: conversation ?? -1).appending(item).hash
    }
}

/// Items in their order, as one number.
struct ItemSequence: Sendable, Hashable {
    private(set) var hash: Int

    init(hash: Int) { self.hash = hash }

    /// The empty one of a conversation.
    init(conversation: Int) { hash = conversation }

    mutating func append(_ key: Int) {
        // The keys are hashes already; this has only to tell their order.
        let mixed = hash &* 0x5851_F42D_4C95_7F2D &+ key
        hash = mixed ^ (mixed >> 29)
    }

    func appending(_ key: Int) -> ItemSequence {
        var longer = self
        longer.append(key)
        return longer
    }

    mutating func append(_ items: some Sequence<PromptItem>) {
        for item in items { append(item.key) }
    }
}
