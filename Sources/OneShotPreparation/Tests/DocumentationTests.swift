import Foundation

/// Tests for a document, derived from what the session added to it: sections, commands, references to files.
///
/// Each is about something that the document at the start does not have, so it fails there.
struct DocumentationTests {
    let change: FileChange
    /// The tree that the solution makes.
    let files: FileTree
    let directories: Set<String>

    private static let most = 10

    func tests() -> [GeneratedTest] {
        guard let end = change.endText, !change.isRemoved else { return [] }
        let before = DocumentOutline(change.startText ?? "")
        let after = DocumentOutline(end)
        return sections(before, after) + commands(before, after) + references(before, after) + links(before, after)
    }

    private var file: String { Python.literal(change.path) }

    private func sections(_ before: DocumentOutline, _ after: DocumentOutline) -> [GeneratedTest] {
        var seen: Set<Set<String>> = []
        return after.headings
            .filter { heading in
                let words = DocumentOutline.words(heading)
                return !words.isEmpty && !before.hasSection(heading) && seen.insert(words).inserted
            }
            .prefix(Self.most * 2)
            .map { heading in
                GeneratedTest(
                    change.path,
                    "has section",
                    heading,
                    group: .sections,
                    body: "assert_section(\(file), \(Python.literal(heading)))"
                )
            }
    }

    private func commands(_ before: DocumentOutline, _ after: DocumentOutline) -> [GeneratedTest] {
        var seen: Set<String> = []
        return after.commands.compactMap(Self.essence)
            .filter { !before.flatText.contains($0) && seen.insert($0).inserted }
            .prefix(Self.most)
            .map { command in
                GeneratedTest(
                    change.path,
                    "shows",
                    command,
                    group: .commands,
                    body: "assert_shows(\(file), \(Python.literal(command)))"
                )
            }
    }

    /// The part of a command that another honest answer would show too: up to the first word that stands for
    /// something else, such as `DIRECTORY` or `<file>`. Nil for a line that only moves about or fetches.
    static func essence(_ command: String) -> String? {
        let words = command.split(separator: " ")
        guard let program = words.first, !Self.incidental.contains(String(program)) else { return nil }
        let kept = words.prefix { word in
            let isPlaceholder = word.count > 1 && word.allSatisfy { $0.isUppercase || "_-…".contains($0) }
            return !isPlaceholder && !word.contains { "<>{}[]|#".contains($0) } && word != "..."
        }
        return kept.count >= min(2, words.count) ? kept.joined(separator: " ") : nil
    }

    private static let incidental: Set<String> = [
        "cd", "ls", "cp", "mv", "rm", "mkdir", "echo", "export", "source", ".", "sudo", "git", "curl", "wget", "pwd",
    ]

    /// Paths of files that the text names and that exist at the end.
    private func references(_ before: DocumentOutline, _ after: DocumentOutline) -> [GeneratedTest] {
        var seen: Set<String> = []
        let tokens = after.flatText.split { !($0.isASCII && ($0.isLetter || $0.isNumber || "_./-".contains($0))) }
        return tokens.compactMap { token -> String? in
            var path = token
            while path.hasPrefix("./") { path = path.dropFirst(2) }
            while let last = path.last, "./-".contains(last) { path = path.dropLast() }
            let name = String(path)
            guard name.count > 3, name.contains("/") || name.contains("."), name != change.path,
                files[name] != nil || directories.contains(name), !before.flatText.contains(name)
            else { return nil }
            return seen.insert(name).inserted ? name : nil
        }
        .prefix(Self.most)
        .map { path in
            GeneratedTest(
                change.path,
                "names",
                path,
                group: .references,
                body: "assert_names(\(file), \(Python.literal(path)))"
            )
        }
    }

    /// That the document has more links into the repository than before, and that all of them lead somewhere.
    private func links(_ before: DocumentOutline, _ after: DocumentOutline) -> [GeneratedTest] {
        let isMarkdown = ["md", "markdown", "mdx"].contains(change.fileExtension)
        guard isMarkdown, after.links.count > before.links.count, after.links.allSatisfy({ leads($0, after) }) else {
            return []
        }
        return [
            GeneratedTest(
                change.path,
                "links lead somewhere",
                group: .references,
                body: "assert_links(\(file), more_than=\(before.links.count))"
            )
        ]
    }

    private func leads(_ link: String, _ document: DocumentOutline) -> Bool {
        let parts = link.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        let target = parts[0].split(separator: "?").first.map(String.init) ?? ""
        if target.isEmpty {
            let anchor = parts.count > 1 ? parts[1].lowercased() : ""
            return document.headings.contains { DocumentOutline.anchor($0) == anchor }
        }
        guard let decoded = target.removingPercentEncoding else { return false }
        var place = decoded.hasPrefix("/") ? [] : change.path.split(separator: "/").dropLast().map(String.init)
        for part in decoded.split(separator: "/") where part != "." {
            if part != ".." { place.append(String(part)) } else if place.popLast() == nil { return false }
        }
        let path = place.joined(separator: "/")
        return path.isEmpty || files[path] != nil || directories.contains(path)
    }

    /// What of code blocks can be read without running them.
    static let languages = [
        "json": "json", "toml": "toml", "python": "python", "py": "python", "bash": "shell", "sh": "shell",
        "shell": "shell",
    ]

    /// Tests that there are more blocks of a language than before, and that all of them parse; for those whose blocks do
    /// so in the solution.
    ///
    /// - Parameter parses: whether some text is that language.
    func blocks(parses: @Sendable (_ language: String, _ code: String) async -> Bool) async -> [GeneratedTest] {
        guard let end = change.endText, !change.isRemoved else { return [] }
        func count(_ text: String) -> [String: [String]] {
            var found: [String: [String]] = [:]
            for block in DocumentOutline(text).blocks {
                if let language = Self.languages[block.language] { found[language, default: []].append(block.code) }
            }
            return found
        }
        let before = count(change.startText ?? "")
        var tests: [GeneratedTest] = []
        for (language, blocks) in count(end).sorted(by: { $0.key < $1.key }) {
            let old = before[language]?.count ?? 0
            guard blocks.count > old, blocks.count <= 50 else { continue }
            var allParse = true
            for code in blocks where allParse { allParse = await parses(language, code) }
            guard allParse else { continue }
            tests.append(
                GeneratedTest(
                    change.path,
                    language,
                    "blocks parse",
                    group: .commands,
                    body: "assert_blocks(\(file), \(Python.literal(language)), more_than=\(old))"
                )
            )
        }
        return tests
    }
}
