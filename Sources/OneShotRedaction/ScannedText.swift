/// The bytes of a text, with the questions that rules ask about a place in it. Each answer looks at a bounded
/// number of bytes, unless it is a match.
struct ScannedText {
    let bytes: UnsafeBufferPointer<UInt8>

    /// A run that proves nothing is not followed further than this.
    static let limit = 256

    func hasPrefix(_ prefix: [UInt8], at index: Int) -> Bool {
        guard index >= 0, index + prefix.count <= bytes.count else { return false }
        for offset in 0..<prefix.count where bytes[index + offset] != prefix[offset] { return false }
        return true
    }

    func hasPrefix(_ prefix: StaticString, at index: Int) -> Bool {
        guard index >= 0, index + prefix.utf8CodeUnitCount <= bytes.count else { return false }
        for offset in 0..<prefix.utf8CodeUnitCount where bytes[index + offset] != prefix.utf8Start[offset] {
            return false
        }
        return true
    }

    /// The end of a run of the alphabet's bytes that starts at `index`.
    func runEnd(_ alphabet: ByteSet, from index: Int, limit: Int = .max) -> Int {
        var end = index
        while end < bytes.count, end - index < limit, alphabet.contains(bytes[end]) { end += 1 }
        return end
    }

    /// The end of `[REDACTED:rule:n]` that starts at `index`.
    func placeholderEnd(at index: Int) -> Int? {
        guard bytes[index] == UInt8(ascii: "["), hasPrefix("[REDACTED:", at: index) else { return nil }
        let rule = runEnd(.wordAndHyphen, from: index + 10, limit: 64)
        guard rule > index + 10, rule < bytes.count, bytes[rule] == UInt8(ascii: ":") else { return nil }
        let number = runEnd(.digits, from: rule + 1, limit: 9)
        guard number > rule + 1, number < bytes.count, bytes[number] == UInt8(ascii: "]") else { return nil }
        return number + 1
    }

    /// Whether a token can start at `index`: no letter, digit or underscore before it, unless those end an escape
    /// (`\n` in JSON, `%3D` in a URL, a terminal's colour code).
    func isBoundary(before index: Int) -> Bool {
        guard index > 0, ByteSet.word.contains(bytes[index - 1]) else { return true }
        if index > 1, bytes[index - 2] == UInt8(ascii: "\\"), "nrtbf".utf8.contains(bytes[index - 1]) { return true }
        if index > 2, bytes[index - 3] == UInt8(ascii: "%"), ByteSet.hex.contains(bytes[index - 2]),
            ByteSet.hex.contains(bytes[index - 1])
        {
            return true
        }
        return endsColourCode(index)
    }

    private func endsColourCode(_ end: Int) -> Bool {
        guard bytes[end - 1] == UInt8(ascii: "m") else { return false }
        var start = end - 2
        while start >= 0, end - start < 16, ByteSet.digits.contains(bytes[start]) || bytes[start] == UInt8(ascii: ";") {
            start -= 1
        }
        guard start > 0, bytes[start] == UInt8(ascii: "[") else { return false }
        return bytes[start - 1] == 0x1B || hasPrefix("\\u001b", at: start - 6) || hasPrefix("\\u001B", at: start - 6)
            || hasPrefix("\\x1b", at: start - 4) || hasPrefix("\\033", at: start - 4)
    }

    func tokenEnd(_ token: SecretScanner.Token, at index: Int) -> Int? {
        guard hasPrefix(token.prefix, at: index) else { return nil }
        let start = index + token.prefix.count
        // Enough to tell; only a token is followed to its end.
        let needed = token.length.upperBound == SecretRule.unbounded ? token.length.lowerBound : token.length.upperBound
        var end = runEnd(token.alphabet, from: start, limit: max(needed + 1, 64))
        guard end - start >= token.length.lowerBound else { return nil }
        if token.length.upperBound != SecretRule.unbounded {
            guard end - start <= token.length.upperBound else { return nil }
            guard end == bytes.count || !ByteSet.word.contains(bytes[end]) else { return nil }
        }
        let body = UnsafeBufferPointer(rebasing: bytes[start..<end])
        switch token.proof {
        case .none: break
        case .digit: guard body.contains(where: ByteSet.digits.contains) else { return nil }
        case .random: guard Randomness(body).isRandomToken else { return nil }
        }
        end = runEnd(token.alphabet, from: end)
        while end > start, bytes[end - 1] == UInt8(ascii: ".") || bytes[end - 1] == UInt8(ascii: "/") { end -= 1 }
        return end
    }

    func jsonWebTokenEnd(at index: Int) -> Int? {
        // A run of base64url is looked at once, from its start: a header with certificates in it is long.
        guard hasPrefix("eyJ", at: index), index == 0 || bytes[index - 1] != UInt8(ascii: "-") else { return nil }
        let header = runEnd(.wordAndHyphen, from: index, limit: 16_384)
        guard header - index >= 16, header < bytes.count, bytes[header] == UInt8(ascii: ".") else { return nil }
        let payload = runEnd(.wordAndHyphen, from: header + 1)
        guard payload - header > 10 else { return nil }
        guard payload < bytes.count, bytes[payload] == UInt8(ascii: ".") else { return payload }
        return runEnd(.wordAndHyphen, from: payload + 1)
    }
}
