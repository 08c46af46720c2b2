extension TextView {
    /// The text with the escapes of JSON strings (RFC 8259, section 7) undone; nil when it has none. What is no escape
    /// stays as it is, so that any text can be read so.
    func jsonUnescaped() -> TextView? {
        guard bytes.contains(UInt8(ascii: "\\")) else { return nil }
        var builder = TextViewBuilder(self)
        var copied = 0
        var index = 0
        while index < bytes.count {
            guard bytes[index] == UInt8(ascii: "\\"), let (text, count) = escape(at: index) else {
                index += 1
                continue
            }
            builder.copy(copied..<index)
            builder.replace(index..<index + count, with: text)
            index += count
            copied = index
        }
        guard copied > 0 else { return nil }
        builder.copy(copied..<bytes.count)
        return builder.view()
    }

    func escape(at index: Int) -> (text: [UInt8], count: Int)? {
        guard index + 1 < bytes.count else { return nil }
        switch bytes[index + 1] {
        case UInt8(ascii: "n"): return ([0x0A], 2)
        case UInt8(ascii: "r"): return ([0x0D], 2)
        case UInt8(ascii: "t"): return ([0x09], 2)
        case UInt8(ascii: "b"): return ([0x08], 2)
        case UInt8(ascii: "f"): return ([0x0C], 2)
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return ([bytes[index + 1]], 2)
        case UInt8(ascii: "u"):
            guard let first = codeUnit(at: index) else { return nil }
            if UTF16.isLeadSurrogate(first), let second = codeUnit(at: index + 6), UTF16.isTrailSurrogate(second) {
                return (Array(String(decoding: [first, second], as: UTF16.self).utf8), 12)
            }
            guard let scalar = Unicode.Scalar(first) else { return nil }
            return (Array(String(scalar).utf8), 6)
        default: return nil
        }
    }

    private func codeUnit(at index: Int) -> UInt16? {
        guard index + 6 <= bytes.count, bytes[index] == UInt8(ascii: "\\"), bytes[index + 1] == UInt8(ascii: "u"),
            bytes[index + 2..<index + 6].allSatisfy(ByteSet.hex.contains)
        else { return nil }
        return UInt16(String(decoding: bytes[index + 2..<index + 6], as: UTF8.self), radix: 16)
    }
}
