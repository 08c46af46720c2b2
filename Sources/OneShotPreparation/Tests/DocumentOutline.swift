import Foundation

/// What can be checked of a document: its headings, the commands that it shows, the words in it.
///
/// The functions of ``TestSkeleton`` read documents in the same way; a change here is a change there.
struct DocumentOutline: Sendable {
    private(set) var headings: [String] = []
    /// The lines of fenced blocks that are commands.
    private(set) var commands: [String] = []
    /// Fenced blocks with the language that they are marked with, lower-case.
    private(set) var blocks: [CodeBlock] = []
    /// The targets of links that stay in the repository: paths and anchors, each once.
    private(set) var links: [String] = []
    /// With each blank replaced by one space.
    let flatText: String

    struct CodeBlock: Sendable, Equatable {
        var language: String
        var code: String
    }

    init(_ text: String) {
        flatText = Self.flat(text)
        var fence: Substring?
        var isShell = false
        var above = ""
        var block = CodeBlock(language: "", code: "")
        for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map(String.init) {
            let trimmed = line.trimmingBlanks
            if let open = fence {
                if trimmed.hasPrefix(open) {
                    fence = nil
                    blocks.append(block)
                    continue
                }
                block.code += line + "\n"
                if isShell, let command = Self.command(trimmed) {
                    commands.append(command)
                }
                continue
            }
            if trimmed.hasPrefix("```") || trimmed.hasPrefix("~~~") {
                fence = trimmed.prefix(3)
                let language = trimmed.dropFirst(3).prefix { $0.isLetter }.lowercased()
                block = CodeBlock(language: language, code: "")
                isShell = ["", "bash", "sh", "shell", "console", "zsh"].contains(language)
                above = ""
                continue
            }
            for link in Self.links(in: line) where !links.contains(link) { links.append(link) }
            if let heading = Self.heading(line) {
                headings.append(heading)
                above = ""
            } else if Self.isUnderline(trimmed), !above.isEmpty {
                headings.append(above)
                above = ""
            } else {
                above = trimmed
            }
        }
    }

    /// Of Markdown: `[text](target)` and `[label]: target`, outside of code spans, without schemes.
    private static func links(in line: String) -> [String] {
        let text = line.replacing(/`[^`]*`/, with: "")
        let inline = text.matches(of: /\]\(\s*<?([^)\s>]+)>?(?:\s+["'][^)]*)?\)/).map { String($0.1) }
        let reference = text.prefixMatch(of: /\s{0,3}\[[^\]^][^\]]*\]:\s+<?([^\s>]+)/).map { [String($0.1)] } ?? []
        return (inline + reference).filter { target in
            target.prefixMatch(of: /[A-Za-z][A-Za-z0-9+.-]*:|\/\//) == nil && !target.contains("{")
        }
    }

    /// Where a heading is found in a page: as GitHub makes it.
    static func anchor(_ heading: String) -> String {
        let kept = heading.lowercased().filter { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" || $0 == " " }
        return kept.replacing(" ", with: "-")
    }

    private static func heading(_ line: String) -> String? {
        let text = line.drop { $0 == " " }
        guard line.count - text.count <= 3 else { return nil }
        let level = text.prefix { $0 == "#" }.count
        guard (1...6).contains(level), text.dropFirst(level).first.map({ $0 == " " || $0 == "\t" }) ?? false else {
            return nil
        }
        var title = text.dropFirst(level).trimmingBlanks
        while title.hasSuffix("#") { title = title.dropLast().trimmingBlanks }
        return title.isEmpty ? nil : title
    }

    private static func isUnderline(_ text: String) -> Bool {
        guard text.count >= 3, let first = text.first, "=-~^\"'`+*".contains(first) else { return false }
        return text.allSatisfy { $0 == first }
    }

    private static func command(_ line: String) -> String? {
        let text = line.hasPrefix("$ ") ? line.dropFirst(2).trimmingBlanks : line
        guard text.count >= 4, let first = text.first, first.isLetter || first == "." || first == "/" else {
            return nil
        }
        return flat(text)
    }

    static func flat(_ text: String) -> String {
        text.split(whereSeparator: \.isWhitespace).joined(separator: " ").replacing("python3", with: "python")
    }

    /// The words that make a heading what it is: lower-case, without numbers before it, without small words, singular.
    static func words(_ heading: String) -> Set<String> {
        let all = heading.lowercased().split { !($0.isLetter || $0.isNumber) }.map(String.init)
        let words = all.filter { word in
            !smallWords.contains(word) && !word.allSatisfy { $0.isASCII && $0.isNumber }
        }
        return Set(
            (words.isEmpty ? all : words).map { word in
                word.count > 3 && word.hasSuffix("s") && !word.hasSuffix("ss") ? String(word.dropLast()) : word
            }
        )
    }

    static let smallWords: Set<String> = [
        "the", "a", "an", "and", "of", "to", "for", "in", "on", "with", "your", "our",
    ]

    func hasSection(_ heading: String) -> Bool {
        let wanted = Self.words(heading)
        return headings.contains { wanted.isSubset(of: Self.words($0)) }
    }
}
