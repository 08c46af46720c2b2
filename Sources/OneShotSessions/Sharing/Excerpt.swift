/// A value in its line, masked, with some of the text around it.
struct Excerpt {
    let text: String
    /// How much is shown on each side, in characters.
    private static let margin = 60

    /// - Parameter range: in UTF-8, on the boundaries of characters.
    init(of range: Range<Int>, in whole: String) {
        let utf8 = whole.utf8
        let start = utf8.index(utf8.startIndex, offsetBy: range.lowerBound)
        let end = utf8.index(start, offsetBy: range.count)
        let before = whole[..<start].suffix(while: { !$0.isNewline })
        let after = whole[end...].prefix { !$0.isNewline }
        let value = whole[start..<end]
        text =
            (before.count > Self.margin ? "…" : "") + before.suffix(Self.margin)
            + "\(value.prefix(4))…(\(value.count) characters)"
            + after.prefix(Self.margin) + (after.count > Self.margin ? "…" : "")
    }
}

extension Substring {
    /// The longest end whose characters all satisfy the predicate.
    fileprivate func suffix(while predicate: (Character) -> Bool) -> Substring {
        guard let last = lastIndex(where: { !predicate($0) }) else { return self }
        return self[index(after: last)...]
    }
}
