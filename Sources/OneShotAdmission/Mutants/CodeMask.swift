import Foundation

/// Tells code from comments and strings, line by line. It begins in code, so a hunk that begins inside of a comment
/// that spans lines is taken for code until that comment ends.
struct CodeMask {
    private let language: SourceLanguage
    /// What has to come before there is code again, from an earlier line.
    private var open: SourceLanguage.Quote?

    init(_ language: SourceLanguage) { self.language = language }

    /// For each byte of the next line, whether it is code. The quotes of a string are not.
    mutating func next(_ line: [UInt8]) -> [Bool] {
        var mask = [Bool](repeating: false, count: line.count)
        var position = 0
        while position < line.count {
            if let quote = open {
                if line[position] == UInt8(ascii: "\\"), !quote.open.hasPrefix("/") {
                    position += 2
                } else if Self.stands(quote.close, in: line, at: position) {
                    position += quote.close.utf8.count
                    open = nil
                } else {
                    position += 1
                }
            } else if language.lineComments.contains(where: { begins($0, in: line, at: position) }) {
                break
            } else if let quote = (language.blockComments + language.strings).first(where: {
                Self.stands($0.open, in: line, at: position)
            }) {
                open = quote
                position += quote.open.utf8.count
            } else {
                mask[position] = true
                position += 1
            }
        }
        if open?.spansLines == false { open = nil }
        return mask
    }

    /// In a shell `#` begins a comment only at the start of a word.
    private func begins(_ comment: String, in line: [UInt8], at position: Int) -> Bool {
        guard Self.stands(comment, in: line, at: position) else { return false }
        guard comment == "#", language.name == "shell", position > 0 else { return true }
        return line[position - 1] == UInt8(ascii: " ") || line[position - 1] == UInt8(ascii: "\t")
    }

    private static func stands(_ text: String, in line: [UInt8], at position: Int) -> Bool {
        line[position...].starts(with: text.utf8)
    }
}

extension SourceLanguage {
    /// Whether a line does something, going by its code: more than brackets, a name that is brought in, or a comment.
    func hasEffect(_ line: [UInt8], mask: [Bool]) -> Bool {
        let code = zip(line, mask).filter(\.1).map(\.0)
        let text = String(decoding: code, as: UTF8.self).trimmingCharacters(in: .whitespaces)
        guard text.utf8.contains(where: { $0.isWordByte }) else { return false }
        return !["end", "else", "else:", "} else {", "fi", "done", "then", "do"].contains(text)
            && !imports.contains { text.hasPrefix($0) }
    }
}

extension UInt8 {
    /// A letter, a digit, or an underscore of ASCII.
    var isWordByte: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
