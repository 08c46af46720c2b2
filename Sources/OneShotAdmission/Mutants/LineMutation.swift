import Foundation

/// A line of code with one small thing changed.
struct LineMutation: Sendable, Equatable {
    var kind: Mutant.Kind
    var line: [UInt8]
    /// Such as `== → !=`.
    var change: String

    /// Words and operators that are put in each other's place. An operator counts only between blanks, so that
    /// generics, arrows and pointers are not taken for comparisons.
    private static let swaps: [(from: String, to: String, kind: Mutant.Kind, languages: Set<String>)] = [
        ("==", "!=", .operatorSwapped, []), ("!=", "==", .operatorSwapped, []),
        ("===", "!==", .operatorSwapped, []), ("!==", "===", .operatorSwapped, []),
        ("<", ">=", .operatorSwapped, []), (">=", "<", .operatorSwapped, []),
        (">", "<=", .operatorSwapped, []), ("<=", ">", .operatorSwapped, []),
        ("&&", "||", .operatorSwapped, []), ("||", "&&", .operatorSwapped, []),
        ("+", "-", .operatorSwapped, []), ("-", "+", .operatorSwapped, []),
        ("*", "+", .operatorSwapped, []), ("/", "*", .operatorSwapped, []), ("%", "*", .operatorSwapped, []),
        ("+=", "-=", .operatorSwapped, []), ("-=", "+=", .operatorSwapped, []),
        ("and", "or", .operatorSwapped, ["python", "ruby", "lua", "perl"]),
        ("or", "and", .operatorSwapped, ["python", "ruby", "lua", "perl"]),
        ("-eq", "-ne", .operatorSwapped, ["shell"]), ("-ne", "-eq", .operatorSwapped, ["shell"]),
        ("-lt", "-ge", .operatorSwapped, ["shell"]), ("-gt", "-le", .operatorSwapped, ["shell"]),
        ("-z", "-n", .operatorSwapped, ["shell"]), ("-n", "-z", .operatorSwapped, ["shell"]),
        ("true", "false", .constantSwapped, []), ("false", "true", .constantSwapped, []),
        ("True", "False", .constantSwapped, ["python"]), ("False", "True", .constantSwapped, ["python"]),
    ]

    /// Every mutation of a line, from left to right.
    static func all(of line: [UInt8], mask: [Bool], language: SourceLanguage) -> [LineMutation] {
        guard String(validating: line, as: UTF8.self) != nil else { return [] }
        var found: [LineMutation] = []
        for position in line.indices where mask[position] {
            for swap in swaps where swap.languages.isEmpty || swap.languages.contains(language.name) {
                guard stands(swap.from, in: line, at: position, mask: mask) else { continue }
                found.append(
                    LineMutation(
                        kind: swap.kind,
                        line: replacing(swap.from.utf8.count, at: position, in: line, by: swap.to),
                        change: "\(swap.from) → \(swap.to)"
                    )
                )
            }
            if let number = integer(in: line, at: position, mask: mask), let value = Int32(number) {
                let other = String(Int(value) + 1)
                found.append(
                    LineMutation(
                        kind: .constantSwapped,
                        line: replacing(number.utf8.count, at: position, in: line, by: other),
                        change: "\(number) → \(other)"
                    )
                )
            }
        }
        if let negated = negated(line, mask: mask, language: language) { found.append(negated) }
        return found
    }

    private static func replacing(_ count: Int, at position: Int, in line: [UInt8], by text: String) -> [UInt8] {
        Array(line[..<position]) + Array(text.utf8) + Array(line[(position + count)...])
    }

    /// A word between bytes that are not of a word, an operator between blanks.
    private static func stands(_ text: String, in line: [UInt8], at position: Int, mask: [Bool]) -> Bool {
        let end = position + text.utf8.count
        guard end <= line.count, line[position..<end].elementsEqual(text.utf8), mask[position..<end].allSatisfy({ $0 })
        else { return false }
        let before = position > 0 ? line[position - 1] : UInt8(ascii: " ")
        let after = end < line.count ? line[end] : UInt8(ascii: " ")
        if text.utf8.first?.isWordByte == true { return !isOfName(before) && !isOfName(after) }
        return before == UInt8(ascii: " ") && after == UInt8(ascii: " ") && position > 0
            && line[..<position].contains { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") }
    }

    private static func isOfName(_ byte: UInt8) -> Bool {
        byte.isWordByte || byte >= 0x80 || "$@.#-".utf8.contains(byte)
    }

    private static func integer(in line: [UInt8], at position: Int, mask: [Bool]) -> String? {
        func isDigit(_ index: Int) -> Bool {
            line.indices.contains(index) && mask[index] && (0x30...0x39).contains(line[index])
        }
        guard isDigit(position) else { return nil }
        let before = position > 0 ? line[position - 1] : UInt8(ascii: " ")
        guard !before.isWordByte, !".$#@&\\".utf8.contains(before), before < 0x80 else { return nil }
        var end = position
        while isDigit(end) { end += 1 }
        let after = end < line.count ? line[end] : UInt8(ascii: " ")
        // `0x1F`, `1.5`, `1_000`, `2>&1`
        guard !after.isWordByte, !(after == UInt8(ascii: ".") && isDigit(end + 1)),
            !"<>".utf8.contains(after) || line.count == end
        else { return nil }
        let text = String(decoding: line[position..<end], as: UTF8.self)
        return text.count > 1 && text.hasPrefix("0") ? nil : text
    }
}
