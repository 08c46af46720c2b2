/// A dictionary whose copy can be written to without copying what is in it: the copy's own values lie above.
///
/// A session's memory grows with the session; what an unfinished call adds to it is tried on a copy, again and again.
struct LayeredDictionary<Value: Sendable>: Sendable {
    private var base: [Int: Value] = [:]
    /// Nil in the original, which is written in place.
    private var top: [Int: Value]?

    var count: Int { base.count + (top?.count ?? 0) }

    subscript(key: Int) -> Value? {
        get { top?[key] ?? base[key] }
        set {
            if top == nil { base[key] = newValue } else { top?[key] = newValue }
        }
    }

    /// A copy to try something on.
    var layered: LayeredDictionary {
        var copy = self
        copy.top = top ?? [:]
        return copy
    }
}
