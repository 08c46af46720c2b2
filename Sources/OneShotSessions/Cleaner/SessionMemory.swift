import OneShotCore

/// What must be known of a session's earlier calls to tell what is new in the next one. It holds no text.
struct SessionMemory: Sendable {
    /// Where a call of a tool stands, and which result it was given.
    struct ToolPlace: Sendable {
        var turn: Int32
        var call: Int32
        var result: Int?
    }

    /// How many items of one content one request of a thread has carried at most, or received.
    private var counts = LayeredDictionary<Int>()
    /// The newest call with an id.
    private var toolCalls = LayeredDictionary<ToolPlace>()
    private var threadOfResponse = LayeredDictionary<String>()

    /// In bytes, about.
    var weight: Int { counts.count * 32 + toolCalls.count * 64 + threadOfResponse.count * 64 }

    /// A copy to try something on.
    var layered: SessionMemory {
        var copy = self
        copy.counts = counts.layered
        copy.toolCalls = toolCalls.layered
        copy.threadOfResponse = threadOfResponse.layered
        return copy
    }

    subscript(itemsLike key: Int, thread thread: String) -> Int {
        get { counts[Self.key(key, thread)] ?? 0 }
        set { if newValue != self[itemsLike: key, thread: thread] { counts[Self.key(key, thread)] = newValue } }
    }

    /// - Returns: whether the session had no such text before. System and developer texts are the same for all threads
    ///   of a session; they are told once.
    mutating func isNewInstruction(_ key: Int) -> Bool {
        let key = Self.key(key, nil as String?)
        guard counts[key] == nil else { return false }
        counts[key] = 1
        return true
    }

    subscript(toolCall id: String) -> ToolPlace? {
        get { toolCalls[id.hashValue] }
        set { toolCalls[id.hashValue] = newValue }
    }

    subscript(threadOfResponse id: String) -> String? {
        get { threadOfResponse[id.hashValue] }
        set { threadOfResponse[id.hashValue] = newValue }
    }

    private static func key(_ item: Int, _ thread: String?) -> Int {
        var hasher = Hasher()
        hasher.combine(item)
        hasher.combine(thread)
        return hasher.finalize()
    }
}
