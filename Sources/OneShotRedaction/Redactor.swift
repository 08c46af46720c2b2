import Synchronization

/// Takes secrets out of text and puts `[REDACTED:rule:n]` in their place.
///
/// A redactor is one scope: within it the same secret always gets the same placeholder, and a secret that was
/// found once is found again where no rule would see it. Use one for texts that belong together.
public final class Redactor: Sendable {
    private let scanner: SecretScanner
    private let scope: Mutex<Scope>

    fileprivate struct Scope {
        var exact: ExactValues
        var placeholders: [String: String] = [:]
        /// The highest number in use, by rule.
        var numbers: [String: Int] = [:]
    }

    /// A new scope with the standard rules.
    ///
    /// - Parameter knownSecrets: values that are replaced wherever they stand, as they are and as JSON, URLs and
    ///   base64 write them. Those of fewer than 6 bytes are ignored.
    public convenience init(knownSecrets: some Sequence<String> = []) {
        self.init(rules: SecretRule.standard, knownSecrets: knownSecrets)
    }

    init(rules: [SecretRule], knownSecrets: some Sequence<String> = []) {
        scanner = SecretScanner(rules: rules)
        scope = Mutex(Scope(exact: ExactValues(knownSecrets)))
    }

    /// A new scope with the standard rules and no secrets known beforehand.
    public static var standard: Redactor { Redactor() }

    /// Replaces every secret. Redacting the result again changes nothing.
    public func redact(_ text: String) -> RedactedText {
        var text = text
        // A placeholder can uncover what stood right before a secret; it is seldom that there is a third round.
        while true {
            let matches = matches(in: &text)
            guard !matches.isEmpty else { return RedactedText(redacted: text) }
            text = replace(matches, in: text)
        }
    }

    /// The secrets that ``redact(_:)`` would replace, in order.
    public func findings(in text: String) -> [SecretFinding] {
        var text = text
        let matches = matches(in: &text)
        var line = 1
        var column = 1
        var position = 0
        return text.utf8.withContiguousStorageIfAvailable { bytes in
            matches.map { match in
                while position < match.range.lowerBound {
                    if bytes[position] == UInt8(ascii: "\n") {
                        line += 1
                        column = 1
                    } else if bytes[position] & 0xC0 != 0x80 {
                        column += 1
                    }
                    position += 1
                }
                return SecretFinding(rule: match.rule, line: line, column: column)
            }
        } ?? []
    }

    private func matches(in text: inout String) -> [SecretScanner.Match] {
        let exact = scope.withLock { $0.exact }
        return text.withUTF8 { scanner.matches(in: $0, exact: exact) }
    }

    private func replace(_ matches: [SecretScanner.Match], in text: String) -> String {
        let bytes = Array(text.utf8)
        return scope.withLock { scope in
            scope.reserveNumbers(in: bytes)
            var result: [UInt8] = []
            result.reserveCapacity(bytes.count)
            var position = 0
            for match in matches {
                result += bytes[position..<match.range.lowerBound]
                let secret = String(decoding: bytes[match.range], as: UTF8.self)
                result += scope.placeholder(for: secret, rule: match.rule).utf8
                position = match.range.upperBound
            }
            result += bytes[position...]
            return String(decoding: result, as: UTF8.self)
        }
    }
}

extension Redactor.Scope {
    mutating func placeholder(for secret: String, rule: String) -> String {
        if let known = placeholders[secret] { return known }
        let number = numbers[rule, default: 0] + 1
        numbers[rule] = number
        let placeholder = "[REDACTED:\(rule):\(number)]"
        placeholders[secret] = placeholder
        // Shorter ones may be words that mean nothing elsewhere.
        if secret.utf8.count >= 12 { exact.insert(secret) }
        return placeholder
    }

    /// Numbers that the text has from an earlier redaction are not given to other secrets.
    mutating func reserveNumbers(in bytes: [UInt8]) {
        bytes.withUnsafeBufferPointer { buffer in
            let text = ScannedText(bytes: buffer)
            for index in buffer.indices {
                guard let end = text.placeholderEnd(at: index) else { continue }
                let parts = buffer[index..<end - 1].split(separator: UInt8(ascii: ":"))
                guard parts.count == 3, let number = Int(String(decoding: parts[2], as: UTF8.self)) else { continue }
                let rule = String(decoding: parts[1], as: UTF8.self)
                numbers[rule] = max(numbers[rule, default: 0], number)
            }
        }
    }
}
