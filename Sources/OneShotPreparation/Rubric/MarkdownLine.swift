import Foundation

/// One line of Markdown, as the rubric's parser looks at it.
struct MarkdownLine {
    /// Counted from 1.
    let number: Int
    let text: String

    init(number: Int, text: String) {
        self.number = number
        self.text = number == 1 && text.hasPrefix("\u{FEFF}") ? String(text.dropFirst()) : text
    }

    var trimmed: Substring { Substring(text.trimmingBlanks) }
    var indent: Int { text.prefix { $0 == " " || $0 == "\t" }.count }

    /// 1 to 6, or nil for a line that is no ATX heading.
    var headingLevel: Int? {
        let level = text.prefix { $0 == "#" }.count
        let after = text.dropFirst(level).first
        return (1...6).contains(level) && (after == nil || after == " " || after == "\t") ? level : nil
    }

    /// A heading's text, without the marks before and behind it.
    var headingText: String {
        var text = text.drop { $0 == "#" }.trimmingBlanks
        if let hashes = text.range(of: #"\s+#+$"#, options: .regularExpression) { text.removeSubrange(hashes) }
        return text
    }

    /// What stands in the heading's last parentheses, without `weight` and its separator, and its column.
    var weightText: (text: String, column: Int)? {
        let heading = headingText
        guard heading.hasSuffix(")"), let open = heading.lastIndex(of: "(") else { return nil }
        let inside = heading[heading.index(after: open)...].dropLast()
        var value = inside.trimmingBlanks
        let isNamed = value.lowercased().hasPrefix("weight")
        if isNamed {
            value = value.dropFirst("weight".count).drop { $0 == " " || $0 == ":" || $0 == "=" }.trimmingBlanks
        }
        guard isNamed || value.first?.isNumber == true || value.hasPrefix("-") else { return nil }
        let column = text.range(of: inside, options: .backwards).map { range in
            text.distance(from: text.startIndex, to: range.lowerBound) + inside.count - value.count + 1
        }
        return (value, column ?? 1)
    }

    /// The heading's text before its weight.
    var nameBeforeWeight: String {
        let heading = headingText
        guard let open = heading.lastIndex(of: "(") else { return heading }
        return heading[..<open].replacing("`", with: "").trimmingBlanks
    }

    /// The text of a list item, and its column.
    var listItem: (text: String, column: Int)? {
        let content = text.dropFirst(indent)
        guard let mark = content.first, "-*+".contains(mark), content.dropFirst().first?.isWhitespace == true else {
            return nil
        }
        let body = content.dropFirst().drop(while: \.isWhitespace)
        return (String(body).trimmingBlanks, text.count - body.count + 1)
    }
}

extension StringProtocol {
    var trimmingBlanks: String { trimmingCharacters(in: .whitespacesAndNewlines) }
}
