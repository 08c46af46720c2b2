extension JSON {
    /// The value on one line, without blanks.
    public var compactText: String {
        var text = ""
        write(to: &text, indent: nil, level: 0)
        return text
    }

    /// The value over several lines, indented by two blanks, with a final line end.
    public var prettyText: String {
        var text = ""
        write(to: &text, indent: "  ", level: 0)
        return text + "\n"
    }

    private func write(to text: inout String, indent: String?, level: Int) {
        switch self {
        case .null: text += "null"
        case .bool(let value): text += value ? "true" : "false"
        case .number(let number): text += number
        case .string(let string): Self.write(string, to: &text)
        case .array(let elements):
            Self.writeList("[", "]", elements, to: &text, indent: indent, level: level) { element, text in
                element.write(to: &text, indent: indent, level: level + 1)
            }
        case .object(let members):
            Self.writeList("{", "}", members, to: &text, indent: indent, level: level) { member, text in
                Self.write(member.key, to: &text)
                text += indent == nil ? ":" : ": "
                member.value.write(to: &text, indent: indent, level: level + 1)
            }
        }
    }

    private static func writeList<Element>(
        _ open: String,
        _ close: String,
        _ list: [Element],
        to text: inout String,
        indent: String?,
        level: Int,
        _ writeElement: (Element, inout String) -> Void
    ) {
        text += open
        for (index, element) in list.enumerated() {
            if index > 0 { text += "," }
            if let indent { text += "\n" + String(repeating: indent, count: level + 1) }
            writeElement(element, &text)
        }
        if let indent, !list.isEmpty { text += "\n" + String(repeating: indent, count: level) }
        text += close
    }

    private static func write(_ string: String, to text: inout String) {
        text += "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case "\u{0}"..<"\u{20}":
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }
}
