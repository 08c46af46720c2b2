extension ScannedText {
    /// The value behind `Bearer` or `Basic` that starts at `index`.
    func credentials(at index: Int) -> Range<Int>? {
        let isBearer = hasPrefixIgnoringCase("bearer", at: index)
        let isBasic = !isBearer && hasPrefixIgnoringCase("basic", at: index)
        guard isBearer || isBasic, isBoundary(before: index) else { return nil }
        var start = index + (isBearer ? 6 : 5)
        // A space, or what a space becomes in a URL.
        if hasPrefix("%20", at: start) {
            start += 3
        } else {
            let text = runEnd(Self.blanks, from: start, limit: 4)
            guard text > start else { return nil }
            start = text
        }
        let end = trimmed(start..<runEnd(.bearer, from: start, limit: 8 * Self.limit)).upperBound
        guard end > start else { return nil }
        let value = UnsafeBufferPointer(rebasing: bytes[start..<end])
        let randomness = Randomness(value)
        let isSecret =
            isBearer
            ? value.count >= 16 && randomness.digits >= 1 && randomness.letters >= 1
            : value.count >= 12 && randomness.lower > 0 && randomness.upper > 0
                && (randomness.digits > 0 || bytes[end - 1] == UInt8(ascii: "="))
        return isSecret && !isPlaceholder(value) ? start..<end : nil
    }

    /// The password of `scheme://user:password@host`, when the colon at `index` is the one before it.
    func urlPassword(atColon index: Int) -> Range<Int>? {
        guard bytes[index] == UInt8(ascii: ":"), index + 1 < bytes.count else { return nil }
        var user = index
        while user > 0, index - user < 128, Self.userInfo.contains(bytes[user - 1]) { user -= 1 }
        guard hasPrefix("://", at: user - 3) else { return nil }
        // RFC 3986 wants `@` and `/` encoded in a password; `:` may stand as it is.
        let end = runEnd(Self.urlPasswordBytes, from: index + 1, limit: 256)
        guard end > index + 1, end + 1 < bytes.count, bytes[end] == UInt8(ascii: "@"),
            Self.hostStart.contains(bytes[end + 1])
        else { return nil }
        let value = UnsafeBufferPointer(rebasing: bytes[index + 1..<end])
        guard !isPlaceholder(value), !Self.dummyPasswords.contains(String(decoding: value, as: UTF8.self).lowercased())
        else { return nil }
        return index + 1..<end
    }

    /// The value that is assigned by the `=` or `:` at `index` to a name that ends in one of `names`.
    func assignedSecret(at index: Int, names: [[UInt8]]) -> Range<Int>? {
        guard let name = assignedName(before: index), let kind = secretKind(of: name, names: names),
            let (range, isQuoted) = assignedValue(after: index)
        else { return nil }
        let value = UnsafeBufferPointer(rebasing: bytes[range])
        let randomness = Randomness(value)
        let looksSecret = kind == .password && isQuoted ? randomness.isPassword : randomness.isRandomValue
        guard looksSecret, !randomness.isUUID, !isPlaceholder(value), !isPath(value) else { return nil }
        return range
    }

    private enum NameKind { case password, key }

    /// - Parameter name: compared without case, `_`, `-` and `.`.
    private func secretKind(of name: Range<Int>, names: [[UInt8]]) -> NameKind? {
        let folded = bytes[name].compactMap { byte -> UInt8? in
            ByteSet.alphanumeric.contains(byte) ? (byte | 0x20) : nil
        }
        guard let match = names.first(where: { folded.suffix($0.count).elementsEqual($0) }) else { return nil }
        let text = String(decoding: folded, as: UTF8.self)
        guard !Self.harmlessNames.contains(where: text.contains) else { return nil }
        return match.first == UInt8(ascii: "p") && match != Array("privatekey".utf8) ? .password : .key
    }

    private func assignedName(before index: Int) -> Range<Int>? {
        var end = index
        if end > 0, bytes[index] == UInt8(ascii: "=") {
            switch bytes[end - 1] {
            case UInt8(ascii: ":"), UInt8(ascii: "?"), UInt8(ascii: "+"): end -= 1
            case UInt8(ascii: "="), UInt8(ascii: "!"), UInt8(ascii: "<"), UInt8(ascii: ">"): return nil
            default: break
            }
        }
        while end > 0, index - end < 8, Self.blanks.contains(bytes[end - 1]) { end -= 1 }
        while end > 0, index - end < 16, Self.nameEnds.contains(bytes[end - 1]) { end -= 1 }
        var start = end
        while start > 0, end - start < 64, ByteSet.dotted.contains(bytes[start - 1]) { start -= 1 }
        return start < end ? start..<end : nil
    }

    /// The range of the value, without its quotes, and whether it has any.
    private func assignedValue(after index: Int) -> (range: Range<Int>, isQuoted: Bool)? {
        var start = index + 1
        guard start < bytes.count else { return nil }
        switch (bytes[index], bytes[start]) {
        case (UInt8(ascii: "="), UInt8(ascii: "=")), (UInt8(ascii: ":"), UInt8(ascii: ":")),
            (UInt8(ascii: ":"), UInt8(ascii: "=")), (UInt8(ascii: ":"), UInt8(ascii: "/")):
            return nil
        case (UInt8(ascii: "="), UInt8(ascii: ">")): start += 1
        default: break
        }
        start = runEnd(Self.blanks, from: start, limit: 8)
        let quote = runEnd(ByteSet("\\"), from: start, limit: 8)
        if quote < bytes.count, Self.quotes.contains(bytes[quote]) {
            let end = runEnd(Self.quotedBytes, from: quote + 1, limit: Self.limit)
            guard end < bytes.count, bytes[end] == bytes[quote] || bytes[end] == UInt8(ascii: "\\") else { return nil }
            return end > quote + 1 ? (quote + 1..<end, true) : nil
        }
        guard quote == start else { return nil }
        let range = trimmed(start..<runEnd(Self.bareBytes, from: start, limit: Self.limit))
        // `token = make(…)`, `key = table[…]` are code.
        let isCode = range.upperBound < bytes.count && "([{".utf8.contains(bytes[range.upperBound])
        return range.isEmpty || isCode ? nil : (range, false)
    }

    private func trimmed(_ range: Range<Int>) -> Range<Int> {
        var end = range.upperBound
        while end > range.lowerBound, ".,:".utf8.contains(bytes[end - 1]) { end -= 1 }
        return range.lowerBound..<end
    }

    /// What stands in documentation where a secret would be.
    private func isPlaceholder(_ value: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let first = value.first else { return true }
        if "$<{%*[".utf8.contains(first) { return true }
        let text = String(decoding: value, as: UTF8.self).lowercased()
        return Self.placeholderWords.contains(where: text.contains)
    }

    private func isPath(_ value: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let first = value.first else { return false }
        if first == UInt8(ascii: "/") || first == UInt8(ascii: "~") || first == UInt8(ascii: ".") { return true }
        return String(decoding: value, as: UTF8.self).contains("://")
    }

    private func hasPrefixIgnoringCase(_ prefix: StaticString, at index: Int) -> Bool {
        guard index + prefix.utf8CodeUnitCount <= bytes.count else { return false }
        for offset in 0..<prefix.utf8CodeUnitCount where bytes[index + offset] | 0x20 != prefix.utf8Start[offset] {
            return false
        }
        return true
    }

    private static let blanks = ByteSet(" \t")
    private static let quotes = ByteSet("\"'`")
    private static let nameEnds = ByteSet("\"'`\\]")
    private static let userInfo = ByteSet("a-zA-Z0-9._~%!$&*+;=-")
    private static let hostStart = ByteSet("a-zA-Z0-9[")
    private static let urlPasswordBytes = ByteSet("!#$%&(-.0-;=?A-Z^_a-z|~")
    private static let quotedBytes = ByteSet(" !#$%&(-[]^_a-~")
    private static let bareBytes = ByteSet("!#$%*+./0-9:=?@A-Z^_a-z~-")
    private static let harmlessNames = [
        "sha", "hash", "digest", "checksum", "commit", "public", "cachekey",
    ]
    private static let placeholderWords = [
        "...", "…", "xxxx", "****", "example", "your", "changeme", "change-me", "change_me", "placeholder", "dummy",
        "redacted", "<", "${", "$(", "{{", "process.env", "os.environ",
    ]
    private static let dummyPasswords: Set<String> = [
        "password", "passwd", "pass", "pwd", "secret", "token", "user", "username", "admin", "root", "test",
        "postgres", "mysql", "guest", "oneshot", "mypassword", "pw", "x-oauth-basic", "123456", "key", "port",
    ]
}
