public import Foundation

/// Finds the parts of a text that quote a solution: identifiers, and runs of words, that the solution's patch adds.
///
/// What the start of the task holds too is no leak; ``quotes(in:)`` knows the lines of it that the patch shows, and
/// ``Quote/isKnown(by:)`` tells about others. Both take time that grows with their text and no faster.
public struct SolutionQuotes: Sendable {
    public struct Quote: Sendable, Equatable {
        /// Of the text, from 1.
        public var line: Int
        /// As it stands in the text, in one line.
        public var text: String
        /// The file of the solution that it leads to.
        public var path: String
        /// What to look for, letter by letter but for case, in lines that the start of the task has.
        public var needle: String
        let isIdentifier: Bool
    }

    /// So many words in a row are no accident.
    private static let runLength = 6
    /// Of a patch, so that an added data set does not fill the memory.
    private static let mostWords = 2_000_000

    /// The file that adds it.
    private var identifiers: [Substring: Int] = [:]
    private var runs: [UInt64: Int] = [:]
    private var paths: [String] = []

    /// - Parameter patch: as git writes it; its binary parts are passed over.
    public init(patch: Data) {
        var known: Set<Substring> = []
        var knownRuns: Set<UInt64> = []
        var wordCount = 0
        var added: [UInt64] = []
        var kept: [UInt64] = []
        var isInHunk = false
        func finishRun(_ quotes: inout SolutionQuotes) {
            for run in Self.runs(of: added) where quotes.runs[run] == nil { quotes.runs[run] = quotes.paths.count - 1 }
            knownRuns.formUnion(Self.runs(of: kept))
            (added, kept) = ([], [])
        }
        for raw in patch.split(separator: UInt8(ascii: "\n")) {
            if raw.starts(with: "diff --git ".utf8) {
                finishRun(&self)
                isInHunk = false
                paths.append(Self.path(ofHeader: String(decoding: raw, as: UTF8.self)))
                continue
            }
            if raw.starts(with: "@@ ".utf8) {
                finishRun(&self)
                isInHunk = true
                continue
            }
            guard isInHunk, let mark = raw.first, wordCount < Self.mostWords else { continue }
            let line = String(decoding: raw.dropFirst(), as: UTF8.self)
            let words = TextWord.words(of: line)
            wordCount += words.count
            if mark == UInt8(ascii: "+") {
                for name in TextWord.identifiers(of: line) where identifiers[name.text] == nil {
                    identifiers[name.text] = paths.count - 1
                }
                added += words.map(\.hash)
            } else {
                known.formUnion(TextWord.identifiers(of: line).map(\.text))
                kept += words.map(\.hash)
            }
        }
        finishRun(&self)
        for name in known { identifiers[name] = nil }
        for run in knownRuns { runs[run] = nil }
    }

    /// The quotes in a text, in its order.
    public func quotes(in text: String) -> [Quote] {
        var found: [Quote] = []
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            for name in TextWord.identifiers(of: String(line)) where name.isMarked || name.hasShape {
                guard let place = identifiers[name.text], paths.indices.contains(place) else { continue }
                let text = String(name.text)
                found.append(
                    Quote(line: index + 1, text: text, path: paths[place], needle: text, isIdentifier: true)
                )
            }
        }
        var seen: Set<String> = []
        let names = found.filter { seen.insert($0.text).inserted }
        return (names + phrases(in: text)).sorted { $0.line < $1.line }
    }

    /// Runs of words, those that overlap put together.
    private func phrases(in text: String) -> [Quote] {
        let words = TextWord.words(of: text)
        let runs = Self.runs(of: words.map(\.hash))
        var found: [Quote] = []
        var start: Int?
        for index in 0...runs.count {
            let place = index < runs.count ? self.runs[runs[index]] : nil
            if place != nil, start == nil { start = index }
            guard place == nil, let first = start else { continue }
            start = nil
            let run = words[first..<(index - 1 + Self.runLength)]
            // "in the same way as it is" says nothing about anybody's work.
            guard run.count(where: { $0.text.utf8.count >= 5 }) >= 2, let end = run.last?.text.endIndex,
                let begin = run.first?.text.startIndex, let path = self.runs[runs[first]]
            else { continue }
            let quoted = text[begin..<end]
            let pieces = quoted.split(whereSeparator: \.isNewline)
            found.append(
                Quote(
                    line: 1 + text[..<begin].count(where: \.isNewline),
                    text: pieces.joined(separator: " "),
                    path: paths[path],
                    needle: pieces.max { $0.count < $1.count }.map(String.init) ?? "",
                    isIdentifier: false
                )
            )
        }
        return found
    }

    private static func runs(of words: [UInt64]) -> [UInt64] {
        guard words.count >= runLength else { return [] }
        return (0...(words.count - runLength)).map { start in
            words[start..<(start + runLength)].reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ $1) &* 0x100_0000_01b3 }
        }
    }

    /// `diff --git a/x b/x`: both names are the same, since there are no renames.
    private static func path(ofHeader header: String) -> String {
        let names = header.dropFirst("diff --git ".count)
        let second = names.dropFirst(names.count / 2 + 1)
        let plain = second.hasPrefix("\"") ? second.dropFirst().dropLast() : second
        return String(plain.hasPrefix("b/") ? plain.dropFirst(2) : plain)
    }
}

extension SolutionQuotes.Quote {
    /// Whether a line that the start of the task has holds the quote.
    public func isKnown(by line: String) -> Bool {
        isIdentifier
            ? TextWord.identifiers(of: line).contains { $0.text == text }
            : line.range(of: needle, options: .caseInsensitive) != nil
    }

    /// One line for people.
    ///
    /// - Parameter name: of the text.
    public func explanation(in name: String) -> String {
        "\(name) line \(line) quotes the solution: '\(text)' (\(path))"
    }
}

/// A word of a text, or an identifier in it.
struct TextWord {
    let text: Substring
    /// An identifier in backticks, or with a parenthesis right behind it.
    var isMarked = false

    /// `snake_case` or `camelCase`: no word of prose.
    var hasShape: Bool {
        guard text.count >= 4 else { return false }
        let inner = text.drop { $0 == "_" }
        var previous: Character = " "
        for character in inner {
            if previous == "_", character != "_" { return true }
            if previous.isLowercase, character.isUppercase { return true }
            previous = character
        }
        return false
    }

    /// Of the word whatever the case of its ASCII letters (FNV-1a, 64 bits).
    var hash: UInt64 {
        text.utf8.reduce(0xcbf2_9ce4_8422_2325) { hash, byte in
            let byte = (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
            return (hash ^ UInt64(byte)) &* 0x100_0000_01b3
        }
    }

    /// Runs of letters and digits.
    static func words(of text: String) -> [TextWord] {
        text.utf8.split { !isWordByte($0) && $0 < 0x80 }.map { TextWord(text: Substring($0)) }
    }

    /// `[A-Za-z_][A-Za-z0-9_]*`, but for the names of command-line flags, which are asked for and not found out.
    static func identifiers(of line: String) -> [TextWord] {
        let bytes = line.utf8
        var found: [TextWord] = []
        var isCode = false
        var index = bytes.startIndex
        var before = UInt8(ascii: " ")
        while index < bytes.endIndex {
            let byte = bytes[index]
            guard isWordByte(byte) || byte == UInt8(ascii: "_"), !isDigit(byte) else {
                if byte == UInt8(ascii: "`") { isCode.toggle() }
                before = byte
                index = bytes.index(after: index)
                continue
            }
            let name = bytes[index...].prefix { isWordByte($0) || $0 == UInt8(ascii: "_") }
            let isPart = before == UInt8(ascii: "-") || isDigit(before) || before >= 0x80
            let after = name.endIndex < bytes.endIndex ? bytes[name.endIndex] : UInt8(ascii: " ")
            if !isPart, name.count >= 3, after < 0x80 {
                found.append(TextWord(text: Substring(name), isMarked: isCode || after == UInt8(ascii: "(")))
            }
            before = UInt8(ascii: "a")
            index = name.endIndex
        }
        return found
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        isDigit(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }
}
