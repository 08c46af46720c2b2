extension JSON {
    /// The value on one line, without blanks.
    public var compactText: String {
        var text: [UInt8] = []
        write(to: &text, indent: nil, level: 0)
        return String(decoding: text, as: UTF8.self)
    }

    /// The value over several lines, indented by two blanks, with a final line end.
    public var prettyText: String {
        var text: [UInt8] = []
        write(to: &text, indent: 2, level: 0)
        return String(decoding: text, as: UTF8.self) + "\n"
    }

    /// - Parameter indent: the number of blanks; nil for one line.
    private func write(to text: inout [UInt8], indent: Int?, level: Int) {
        switch self {
        case .null: text += "null".utf8
        case .bool(let value): text += (value ? "true" : "false").utf8
        case .number(let number): text += number.utf8
        case .string(let string): Self.write(string, to: &text)
        case .array(let elements):
            Self.writeList("[", "]", elements, to: &text, indent: indent, level: level) { element, text in
                element.write(to: &text, indent: indent, level: level + 1)
            }
        case .object(let members):
            Self.writeList("{", "}", members, to: &text, indent: indent, level: level) { member, text in
                Self.write(member.key, to: &text)
                text += (indent == nil ? ":" : ": ").utf8
                member.value.write(to: &text, indent: indent, level: level + 1)
            }
        }
    }

    private static func writeList<Element>(
        _ open: Unicode.Scalar,
        _ close: Unicode.Scalar,
        _ list: [Element],
        to text: inout [UInt8],
        indent: Int?,
        level: Int,
        _ writeElement: (Element, inout [UInt8]) -> Void
    ) {
        func startLine(_ level: Int) {
            guard let indent else { return }
            text.append(UInt8(ascii: "\n"))
            text += repeatElement(UInt8(ascii: " "), count: indent * level)
        }
        text.append(UInt8(ascii: open))
        for (index, element) in list.enumerated() {
            if index > 0 { text.append(UInt8(ascii: ",")) }
            startLine(level + 1)
            writeElement(element, &text)
        }
        if !list.isEmpty { startLine(level) }
        text.append(UInt8(ascii: close))
    }

    private static func write(_ string: String, to text: inout [UInt8]) {
        text.append(UInt8(ascii: "\""))
        var string = string
        string.withUTF8 { bytes in
            var start = 0
            while true {
                let end = PlainText.end(in: bytes, from: start)
                text += UnsafeBufferPointer(rebasing: bytes[start..<end])
                guard end < bytes.count else { break }
                writeEscaped(bytes[end], to: &text)
                start = end + 1
            }
        }
        text.append(UInt8(ascii: "\""))
    }

    private static func writeEscaped(_ byte: UInt8, to text: inout [UInt8]) {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): text += [UInt8(ascii: "\\"), byte]
        case UInt8(ascii: "\n"): text += "\\n".utf8
        case UInt8(ascii: "\r"): text += "\\r".utf8
        case UInt8(ascii: "\t"): text += "\\t".utf8
        default: text += "\\u00\(byte < 16 ? "0" : "")\(String(byte, radix: 16))".utf8
        }
    }
}
