extension TextView {
    /// The text with percent-encoded bytes (RFC 3986, section 2.1) decoded; nil when it has none.
    func percentDecoded() -> TextView? {
        guard bytes.contains(UInt8(ascii: "%")) else { return nil }
        var builder = TextViewBuilder(self)
        var copied = 0
        var index = 0
        while index + 2 < bytes.count {
            guard bytes[index] == UInt8(ascii: "%"), let high = Self.digit(bytes[index + 1]),
                let low = Self.digit(bytes[index + 2])
            else {
                index += 1
                continue
            }
            builder.copy(copied..<index)
            builder.replace(index..<index + 3, with: CollectionOfOne(high << 4 | low))
            index += 3
            copied = index
        }
        guard copied > 0 else { return nil }
        builder.copy(copied..<bytes.count)
        return builder.view()
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
