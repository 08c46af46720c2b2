import OneShotCore

extension Rubric {
    /// Parses the text of `rubric_template.md`.
    ///
    /// - Parameters:
    ///   - path: of the file, for errors.
    ///   - tests: that criteria may be bound to; nil where they are not known.
    /// - Throws: ``FileError/malformed(path:place:problem:)`` with line and column of the first thing that does not
    ///   make sense, and what to write instead.
    public init(parsing text: String, path: String, tests: TestNames? = nil) throws {
        var parser = RubricParser(path: path, tests: tests)
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            try parser.read(MarkdownLine(number: index + 1, text: String(line)))
        }
        self = try parser.finish()
    }
}

/// Reads a rubric line by line. Fenced code and comments are passed over.
private struct RubricParser {
    let path: String
    let known: TestNames?
    /// The line in which a test was bound.
    private var boundIn: [String: Int] = [:]
    private var title: String?
    private var criteria: [Rubric.Criterion] = []
    private var open: OpenCriterion?
    /// The fence that ends the code block we are in.
    private var fence: Substring?
    private var inComment = false

    private struct OpenCriterion {
        var line: MarkdownLine
        var id: String
        var weight: Double
        var prose: [String] = []
        var tests: [String]?
        var hasJudge = false
        /// The indent of a `- tests:` whose names follow as a nested list.
        var listIndent: Int?
    }

    init(path: String, tests: TestNames?) {
        self.path = path
        known = tests
    }

    mutating func read(_ line: MarkdownLine) throws {
        if let fence {
            if line.trimmed.hasPrefix(fence) { self.fence = nil }
            open?.prose.append(line.text)
            return
        }
        if inComment || line.trimmed.hasPrefix("<!--") {
            inComment = !line.text.contains("-->")
            return
        }
        if line.trimmed.hasPrefix("```") || line.trimmed.hasPrefix("~~~") {
            fence = line.trimmed.prefix(3)
            open?.prose.append(line.text)
            return
        }
        switch line.headingLevel {
        case 1: try readTitle(line)
        case 2:
            try close()
            open = try readCriterion(line)
        case 3 where line.weightText != nil:
            throw error(line, 1, "a criterion is a heading of level 2; write '##' instead of '###'")
        default: try readBody(line)
        }
    }

    mutating func finish() throws -> Rubric {
        try close()
        guard !criteria.isEmpty else {
            throw FileError.malformed(
                path: path,
                place: "",
                problem: "no criteria; write '## some-id (weight: 1)' with '- tests: test_name' or '- judge' below it"
            )
        }
        return Rubric(title: title ?? "", criteria: criteria)
    }

    private mutating func readTitle(_ line: MarkdownLine) throws {
        guard title == nil else {
            throw error(line, 1, "a second title; a criterion is a heading of level 2: '## some-id (weight: 0.5)'")
        }
        let text = line.headingText
        let isPrefixed = text.lowercased().hasPrefix("rubric:")
        title = isPrefixed ? text.dropFirst("rubric:".count).trimmingBlanks : text
    }

    private func readCriterion(_ line: MarkdownLine) throws -> OpenCriterion {
        guard let weightText = line.weightText else {
            let name = line.headingText.isEmpty ? "some-id" : line.headingText
            throw error(line, line.text.count + 1, "no weight; write '## \(name) (weight: 0.5)'")
        }
        let name = line.nameBeforeWeight
        guard !name.isEmpty else { throw error(line, 4, "no id before the weight; write '## some-id (weight: 0.5)'") }
        let id = name.contains(where: \.isWhitespace) ? Slug.make(name) : name
        guard let weight = Self.weight(weightText.text) else {
            throw error(line, weightText.column, "'\(weightText.text)' is no number; write '(weight: 0.5)' or '(50%)'")
        }
        guard weight > 0, weight.isFinite else {
            throw error(line, weightText.column, "the weight must be more than 0; remove the criterion to leave it out")
        }
        guard !criteria.contains(where: { $0.id == id }) else {
            throw error(line, 4, "a second criterion '\(id)'; give it another id")
        }
        return OpenCriterion(line: line, id: id, weight: weight)
    }

    private static func weight(_ text: String) -> Double? {
        let isShare = text.hasSuffix("%")
        let digits = isShare ? text.dropLast().trimmingBlanks : text
        // Swift reads hexadecimal digits and exponents, too, and no person means those.
        guard !digits.lowercased().contains(where: { "xpe".contains($0) }) else { return nil }
        return Double(digits).map { isShare ? $0 / 100 : $0 }
    }

    private mutating func readBody(_ line: MarkdownLine) throws {
        guard var criterion = open else { return }
        defer { open = criterion }
        guard let item = line.listItem else {
            if !line.trimmed.isEmpty { criterion.listIndent = nil }
            criterion.prose.append(line.text)
            return
        }
        if let indent = criterion.listIndent {
            if line.indent > indent {
                criterion.tests = (criterion.tests ?? []) + (try names(item.text, line, column: item.column))
                return
            }
            criterion.listIndent = nil
        }
        switch try binding(item.text, line, column: item.column) {
        case nil: criterion.prose.append(line.text)
        case .judge?:
            guard !criterion.hasJudge else {
                throw error(line, item.column, "'- judge' stands here already; remove one of the two")
            }
            criterion.hasJudge = true
        case .tests(let text, let column)?:
            if text.isEmpty {
                criterion.listIndent = line.indent
                criterion.tests = criterion.tests ?? []
            } else {
                criterion.tests = (criterion.tests ?? []) + (try names(text, line, column: column))
            }
        }
    }

    private enum Item {
        case tests(String, column: Int)
        case judge
    }

    /// What a list item binds to; nil for prose.
    private func binding(_ text: String, _ line: MarkdownLine, column: Int) throws -> Item? {
        let word = text.prefix { $0.isLetter || $0 == "`" }
        let rest = text.dropFirst(word.count).trimmingBlanks
        let name = word.lowercased().replacing("`", with: "")
        let isList = rest.hasPrefix(":")
        let value = isList ? rest.dropFirst().trimmingBlanks : rest
        switch name {
        case "tests" where isList, "test" where isList:
            return .tests(value, column: column + text.count - value.count)
        case "tests" where rest.isEmpty, "test" where rest.isEmpty:
            throw error(line, column, "names no test; write '- tests: test_name_one, test_name_two'")
        case "judge" where value.isEmpty: return .judge
        case "judge" where isList:
            throw error(line, column, "'- judge' stands alone; put what the judge should look for in the text above it")
        default:
            let isLikelyBinding =
                isList && value.split(separator: ",").allSatisfy { $0.trimmingBlanks.hasPrefix("test_") }
                && !value.isEmpty || (isList || rest.isEmpty) && Self.isNear(name)
            guard isLikelyBinding else { return nil }
            throw error(line, column, "unknown binding '\(name)'; write '- tests: NAME, NAME' or '- judge'")
        }
    }

    private static func isNear(_ word: String) -> Bool {
        ["tests", "judge"].contains { known in
            word != known && abs(word.count - known.count) <= 1 && word.first == known.first
                && Set(known).subtracting(word).count <= 1 && word.count >= 4
        }
    }

    private mutating func names(_ text: String, _ line: MarkdownLine, column: Int) throws -> [String] {
        var names: [String] = []
        var column = column
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let name = part.replacing("`", with: "").trimmingBlanks
            if name.contains(where: \.isWhitespace) {
                throw error(line, column, "'\(name)' is no test's name; separate names by commas")
            }
            if !name.isEmpty {
                try bind(name, line, column: column + part.prefix { $0.isWhitespace || $0 == "`" }.count)
                names.append(name)
            }
            column += part.count + 1
        }
        return names
    }

    /// A test decides one criterion, and there has to be such a test.
    private mutating func bind(_ name: String, _ line: MarkdownLine, column: Int) throws {
        if let first = boundIn[name] {
            throw error(line, column, "'\(name)' is bound in line \(first) already; remove one of the two")
        }
        boundIn[name] = line.number
        guard let known, !known.contains(name) else { return }
        let hint = known.nearest(to: name).map { "; did you mean '\($0)'?" }
        throw error(line, column, "there is no test '\(name)'" + (hint ?? "; there are: \(known.list)"))
    }

    private mutating func close() throws {
        guard let criterion = open else { return }
        open = nil
        let binding: Rubric.Binding
        switch (criterion.tests, criterion.hasJudge) {
        case (nil, true): binding = .judge
        case (let tests?, false):
            guard !tests.isEmpty else {
                throw error(
                    criterion.line,
                    1,
                    "'- tests:' of '\(criterion.id)' names no test; write '- tests: test_name'"
                )
            }
            binding = .tests(tests)
        case (nil, false):
            throw error(
                criterion.line,
                1,
                "'\(criterion.id)' has nobody to grade it; write '- tests: test_name' or '- judge' below its text"
            )
        case (_?, true):
            throw error(
                criterion.line,
                1,
                "'\(criterion.id)' has both '- tests:' and '- judge'; make two criteria of it"
            )
        }
        criteria.append(
            Rubric.Criterion(
                id: criterion.id,
                weight: criterion.weight,
                text: criterion.prose.joined(separator: "\n").trimmingBlanks,
                binding: binding
            )
        )
    }

    private func error(_ line: MarkdownLine, _ column: Int, _ problem: String) -> FileError {
        FileError.malformed(path: path, place: "line \(line.number), column \(column)", problem: problem)
    }
}
