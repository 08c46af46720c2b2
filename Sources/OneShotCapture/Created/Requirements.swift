import Foundation

/// What a person said in the course of the work, told apart by words: what states how the result has to be, what
/// describes how it is (a mistake, most often), what tells the agent how to go about it, and what only reacts to what it
/// did. Only the first becomes a requirement: a description says what is wrong and leaves open what is right.
///
/// A list of words is wrong now and then; the person's words stand verbatim in `provenance.json`, and
/// `LM_INSTRUCTIONS.md` is there to be edited.
enum Requirements {
    /// The sentences that state what is wanted, without the "no" or "that's wrong" that they begin with.
    static func sentences(of message: String) -> [String] {
        PersonsWords.sentences(of: withoutCode(message)).compactMap { requirement(in: String($0)) }
    }

    /// - Returns: nil where no part of the sentence states how the result has to be.
    static func requirement(in sentence: String) -> String? {
        var text = sentence.trimmingBlanks
        while let mark = text.first, "-*•>".contains(mark) { text = text.dropFirst().trimmingBlanks }
        text = withoutInterjections(text).split(whereSeparator: \.isWhitespace).joined(separator: " ")
        if text.hasSuffix("?"), !isPoliteRequest(words(of: text)) { return nil }
        // "It still waits, use no pause then": what comes before the wish and is none of it goes.
        var start = text.startIndex
        for clause in clauses(of: text) {
            switch kind(of: clause) {
            case .states:
                let wish = text[start...]
                return wish.prefix(1).uppercased() + wish.dropFirst()
            case .describes, .reacts: start = clause.endIndex
            case .open: break
            }
            while start < text.endIndex, ",;:–— ".contains(text[start]) { start = text.index(after: start) }
        }
        return nil
    }

    /// What a clause does.
    private enum Kind {
        /// Says how the result has to be.
        case states
        /// Says how it is.
        case describes
        /// Says what the agent has to do next, or how the person likes what it did.
        case reacts
        /// "When the file is empty": belongs to what comes after it.
        case open
    }

    private static func kind(of clause: Substring) -> Kind {
        let all = words(of: String(clause))
        let words = Array(all.drop { leadIns.contains($0) })
        guard let first = words.first else { return .reacts }
        let verb = isPoliteRequest(words) ? words.first { !politeness.contains($0) } ?? first : first
        guard !processVerbs.contains(verb), !isAboutTools(words) else { return .reacts }
        let content = words.filter { !reactions.contains($0) && !fillers.contains($0) }
        guard !content.isEmpty else { return .reacts }
        if isWish(words) || actions.contains(verb) { return .states }
        if pronouns.contains(first) || observed.contains(first) { return .describes }
        let isIndicative = words.contains { indicative.contains($0) || observed.contains($0) }
        if articles.contains(first), isIndicative { return .describes }
        if conditions.contains(first) {
            if words.contains(where: observed.contains) { return .describes }
            return words.contains(where: actions.contains) ? .states : .open
        }
        // "No colours": without a comma that is no answer.
        let states =
            all.first == "no" && content.count >= 2 || words.contains { wanting.contains($0) } || hasName(clause)
        return states || content.count >= 3 ? .states : .open
    }

    /// Cut behind commas, semicolons, colons and dashes that a blank follows.
    private static func clauses(of text: String) -> [Substring] {
        var clauses: [Substring] = []
        var start = text.startIndex
        for index in text.indices where ",;:–—".contains(text[index]) {
            let after = text.index(after: index)
            guard after == text.endIndex || text[after] == " " else { continue }
            clauses.append(text[start..<index])
            start = after
        }
        return clauses + [text[start...]]
    }

    /// "No, that is wrong: …" without what says nothing by itself.
    private static func withoutInterjections(_ text: String) -> String {
        var rest = text[...]
        while true {
            let word = rest.prefix { $0.isLetter || $0 == "'" || $0 == "’" }
            let after = rest.dropFirst(word.count)
            guard interjections.contains(word.lowercased()), let mark = after.first, ",.!;:–—-".contains(mark) else {
                return String(rest)
            }
            rest = after.drop { ",.!;:–—- ".contains($0) }
        }
    }

    private static func words(of text: String) -> [String] {
        text.lowercased().replacing("’", with: "'")
            .split { !($0.isLetter || $0.isNumber || $0 == "'" || $0 == "_") }.map(String.init)
    }

    /// "Could you …", "please …": a request in the form of a question.
    private static func isPoliteRequest(_ words: [String]) -> Bool {
        words.first == "please"
            || words.count > 2 && ["can", "could", "would", "will"].contains(words[0]) && words[1] == "you"
    }

    /// Whether a clause says that something has to be, whoever does it.
    private static func isWish(_ words: [String]) -> Bool {
        words.contains { wishes.contains($0) }
            || zip(words, words.dropFirst()).contains { ["has", "have", "had"].contains($0) && $1 == "to" }
    }

    private static func isAboutTools(_ words: [String]) -> Bool {
        words.contains { tools.contains($0) } && !isWish(words) && !words.contains { wanting.contains($0) }
    }

    /// Something that is named to the letter: code, a flag, a path, a number, a quotation.
    private static func hasName(_ text: Substring) -> Bool {
        text.contains("`") || text.contains("\"") || text.contains(" --")
            || text.split(separator: " ").contains { word in
                let inner = word.dropLast()
                return inner.contains("_") || inner.contains("/") || inner.dropFirst().contains(".")
                    || word.contains(where: \.isNumber) || inner.dropFirst().contains(where: \.isUppercase)
            }
    }

    /// Pasted output and code say what happened, not what is wanted.
    private static func withoutCode(_ text: String) -> String {
        var isCode = false
        return text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).filter { line in
            let isFence = line.drop { $0 == " " }.hasPrefix("```")
            if isFence { isCode.toggle() }
            return !isFence && !isCode
        }.joined(separator: "\n")
    }
}
