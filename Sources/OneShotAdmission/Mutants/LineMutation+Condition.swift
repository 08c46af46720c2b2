import Foundation

extension LineMutation {
    /// The line with its condition turned round, where the whole condition stands on the line.
    static func negated(_ line: [UInt8], mask: [Bool], language: SourceLanguage) -> LineMutation? {
        // Up to the comment at its end, if it has one.
        let last = line.indices.last { mask[$0] && line[$0] != UInt8(ascii: " ") && line[$0] != UInt8(ascii: "\t") }
        guard let last, let text = String(validating: line[...last], as: UTF8.self), text.utf8.count == last + 1 else {
            return nil
        }
        let comment = line[(last + 1)...]
        let words = comment.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
        let marks = language.lineComments + language.blockComments.map(\.open)
        guard words.isEmpty || marks.contains(where: { words.starts(with: $0.utf8) }) else { return nil }
        let indentation = text.prefix { $0 == " " || $0 == "\t" }
        let body = text.dropFirst(indentation.count)
        func mutation(_ replaced: String) -> LineMutation {
            LineMutation(
                kind: .conditionNegated,
                line: Array((indentation + replaced).utf8) + comment,
                change: "condition negated"
            )
        }
        func isCode(_ index: String.Index) -> Bool { mask[text.utf8.distance(from: text.startIndex, to: index)] }

        switch language.condition {
        case .none: return nil
        case .colon:
            guard let match = body.wholeMatch(of: /(if|elif) (.+):/), let last = body.indices.last, isCode(last) else {
                return nil
            }
            return isBalanced(match.2) ? mutation("\(match.1) not (\(match.2)):") : nil
        case .brace:
            guard let match = body.wholeMatch(of: /((?:\} else )?if )(.+) \{/), let last = body.indices.last,
                isCode(last)
            else { return nil }
            let condition = match.2
            let binds = ["let ", "var ", "case ", ":=", ";", "#available", ", "].contains { condition.contains($0) }
            return binds || !isBalanced(condition) ? nil : mutation("\(match.1)!(\(condition)) {")
        case .then:
            guard let match = body.wholeMatch(of: /(if|elif) ([^!].*); then/), let last = body.indices.last,
                isCode(last)
            else { return nil }
            return mutation("\(match.1) ! \(match.2); then")
        case .line:
            guard let match = body.wholeMatch(of: /(if) (.+)/), !match.2.contains(" then") else { return nil }
            return isBalanced(match.2) ? mutation("if !(\(match.2))") : nil
        case .parentheses:
            guard let start = body.range(of: "if ("), isCode(start.lowerBound),
                start.lowerBound == body.startIndex || !isName(body[body.index(before: start.lowerBound)])
            else { return nil }
            var depth = 0
            var position = body.index(before: start.upperBound)
            while position < body.endIndex {
                if isCode(position) {
                    if body[position] == "(" { depth += 1 }
                    if body[position] == ")" { depth -= 1 }
                    if depth == 0 { break }
                }
                position = body.index(after: position)
            }
            guard position < body.endIndex else { return nil }
            let condition = body[start.upperBound..<position]
            guard !condition.isEmpty, !condition.contains(";") else { return nil }
            return mutation("\(body[..<start.upperBound])!(\(condition))\(body[position...])")
        }
    }

    private static func isName(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || character == "_"
    }

    /// Brackets that a string happens to hold count too: then the line is left alone.
    private static func isBalanced(_ text: Substring) -> Bool {
        var depth = 0
        for character in text {
            if "([{".contains(character) { depth += 1 }
            if ")]}".contains(character) { depth -= 1 }
            if depth < 0 { return false }
        }
        return depth == 0
    }
}
