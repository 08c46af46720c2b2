/// Up to three numbers of a version, such as `3.12`.
struct LanguageVersion: Sendable, Equatable, Comparable, CustomStringConvertible {
    let parts: [Int]

    /// The first version in a text such as `>=3.12,<4` or `go1.22.1`; nil without any digit.
    init?(in text: some StringProtocol) {
        guard let match = String(text).firstMatch(of: /\d+(\.\d+){0,2}/) else { return nil }
        parts = match.0.split(separator: ".").compactMap { Int($0) }
    }

    init(_ parts: Int...) { self.parts = parts }

    var description: String { parts.map(String.init).joined(separator: ".") }

    /// The first `count` numbers.
    func prefix(_ count: Int) -> LanguageVersion { LanguageVersion(Array(parts.prefix(count))) }

    private init(_ parts: [Int]) { self.parts = parts }

    static func < (left: LanguageVersion, right: LanguageVersion) -> Bool {
        let count = max(left.parts.count, right.parts.count)
        return left.padded(to: count).lexicographicallyPrecedes(right.padded(to: count))
    }

    /// Whether `other` has the same numbers as far as this one says any.
    func covers(_ other: LanguageVersion) -> Bool { other.padded(to: parts.count).starts(with: parts) }

    private func padded(to count: Int) -> [Int] { parts + Array(repeating: 0, count: max(0, count - parts.count)) }
}

extension LanguageVersion {
    /// After a key, as in `requires-python = ">=3.12"` or `go 1.22`.
    static func after(_ key: Regex<Substring>, in text: String?) -> LanguageVersion? {
        guard let text, let match = text.firstMatch(of: key) else { return nil }
        return LanguageVersion(in: text[match.range.upperBound...].prefix { !$0.isNewline })
    }

    /// The first version of a file that holds nothing else, such as `.nvmrc`.
    static func file(_ text: String?) -> LanguageVersion? {
        text.flatMap { $0.split(whereSeparator: \.isNewline).first }.flatMap { LanguageVersion(in: $0) }
    }
}
