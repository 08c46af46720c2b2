extension TextView {
    /// The text without the control sequences of a terminal (ECMA-48, sections 5.4 and 8.3.89): colours, links. The
    /// escape character may also be spelt, as `\x1b`, `\033`, `\e` or `\u001b`. Nil when there are none.
    func withoutControlSequences() -> TextView? {
        guard bytes.contains(0x1B) || bytes.contains(UInt8(ascii: "\\")) else { return nil }
        var builder = TextViewBuilder(self)
        var copied = 0
        var index = 0
        while index < bytes.count {
            guard bytes[index] == 0x1B || bytes[index] == UInt8(ascii: "\\"), let end = sequenceEnd(at: index) else {
                index += 1
                continue
            }
            builder.copy(copied..<index)
            index = end
            copied = end
        }
        guard copied > 0 else { return nil }
        builder.copy(copied..<bytes.count)
        return builder.view()
    }

    private static let spellings: [StaticString] = ["\u{1B}", "\\u001b", "\\u001B", "\\x1b", "\\x1B", "\\033", "\\e"]

    private func sequenceEnd(at index: Int) -> Int? {
        guard let start = Self.spellings.lazy.compactMap({ self.end(of: $0, at: index) }).first, start < bytes.count
        else { return nil }
        switch bytes[start] {
        case UInt8(ascii: "["):
            // Parameter and intermediate bytes, then one that ends it.
            var end = start + 1
            while end < bytes.count, end - start < 64, (0x20...0x3F).contains(bytes[end]) { end += 1 }
            guard end < bytes.count, (0x40...0x7E).contains(bytes[end]) else { return nil }
            // `[REDACTED:` is no sequence.
            return end == start + 1 && bytes[end] == UInt8(ascii: "R") ? nil : end + 1
        case UInt8(ascii: "]"):
            var end = start + 1
            while end < bytes.count, end - start < 2048, bytes[end] >= 0x20 { end += 1 }
            guard end < bytes.count else { return nil }
            if bytes[end] == 0x07 { return end + 1 }
            let isEnded = bytes[end] == 0x1B && end + 1 < bytes.count && bytes[end + 1] == UInt8(ascii: "\\")
            return isEnded ? end + 2 : nil
        default: return nil
        }
    }

    private func end(of text: StaticString, at index: Int) -> Int? {
        guard index + text.utf8CodeUnitCount <= bytes.count else { return nil }
        for offset in 0..<text.utf8CodeUnitCount where bytes[index + offset] != text.utf8Start[offset] { return nil }
        return index + text.utf8CodeUnitCount
    }
}
