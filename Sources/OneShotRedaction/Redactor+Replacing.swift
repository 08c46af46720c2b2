extension Redactor.Scope {
    /// The text with each match replaced.
    mutating func replace(_ matches: [SecretMatch], in bytes: [UInt8]) -> [UInt8] {
        for range in Placeholder.ranges(in: bytes) { reserveNumber(of: range, in: bytes) }
        var edits: [(range: Range<Int>, text: [UInt8])] = []
        for match in matches {
            if let encoded = match.encoded, let range = match.ranges.first {
                let text = replace(encoded.matches, in: encoded.token.text)
                edits.append((range, encoded.token.encoded(text)))
                continue
            }
            var placeholder = Array(placeholder(for: match.secret, rule: match.rule).utf8)
            for range in match.ranges {
                edits.append((range, LineKeeping.replacement(placeholder, for: range, in: bytes)))
                // The first part of a stream gets it, the others lose what they had.
                placeholder = []
            }
        }
        edits.sort { $0.range.lowerBound < $1.range.lowerBound }
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var position = 0
        for edit in edits {
            result += bytes[position..<edit.range.lowerBound]
            result += edit.text
            position = edit.range.upperBound
        }
        result += bytes[position...]
        return result
    }

    private mutating func placeholder(for secret: [UInt8], rule: String) -> String {
        if let known = placeholders[secret] { return known }
        let number = numbers[rule, default: 0] + 1
        numbers[rule] = number
        let placeholder = Placeholder.text(rule: rule, number: number)
        placeholders[secret] = placeholder
        // Shorter ones may be words that mean nothing elsewhere, and a name is one in a path only.
        if secret.count >= 12, rule != PersonNames.rule { known.insert(secret) }
        return placeholder
    }

    /// Numbers that the text has from an earlier redaction are not given to other secrets.
    private mutating func reserveNumber(of range: Range<Int>, in bytes: [UInt8]) {
        guard let (rule, number) = Placeholder.parts(of: range, in: bytes) else { return }
        numbers[rule] = max(numbers[rule, default: 0], number)
    }
}
