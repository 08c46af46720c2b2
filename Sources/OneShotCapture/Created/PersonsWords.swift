import Foundation

/// Telling what a person said from what agents put under the person's name, and the work from the talk about tools.
enum PersonsWords {
    /// Whether an agent wrote this message: its environment, permissions, or the repository's AGENTS.md.
    static func isAgentsOwn(_ message: String) -> Bool {
        let text = message.trimmingCharacters(in: .whitespacesAndNewlines)
        if text.hasPrefix("# AGENTS.md instructions") { return true }
        guard text.hasPrefix("<"), let end = text.firstIndex(of: ">") else { return text.isEmpty }
        let name = text[text.index(after: text.startIndex)..<end]
        return !name.isEmpty && name.allSatisfy { $0.isLetter || $0 == "_" || $0 == "-" } && text.contains("</\(name)>")
    }

    /// The message without the sentences that are about the task tools, and without what was dictated to them.
    static func withoutToolTalk(_ message: String) -> String {
        var kept = ""
        // "Use repo.start_task.v1 with:" is followed by the arguments, one a line.
        var dictates = false
        for piece in sentences(of: message) {
            if isToolTalk(piece) {
                dictates = piece.trimmingCharacters(in: .whitespacesAndNewlines).hasSuffix(":")
            } else if !(dictates && isArgument(piece)) {
                dictates = false
                kept += piece
            }
        }
        return kept.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private static func isToolTalk(_ text: some StringProtocol) -> Bool {
        let plain = text.lowercased().replacing(".", with: "_").replacing(" ", with: "_").replacing("-", with: "_")
        return ["start_task", "end_task", "check_readiness", "autofix_readiness"].contains { plain.contains($0) }
    }

    /// `- Title: …`, `Labels: …`
    private static func isArgument(_ line: Substring) -> Bool {
        let words = line.drop { $0.isWhitespace || $0 == "-" || $0 == "*" }.lowercased()
        return ["title", "notes", "labels", "label", "note", "tags"].contains { words.hasPrefix($0) }
    }

    /// The text cut after each sentence, after a line that ends with a colon, before each list item, and between
    /// paragraphs. Put together again, the pieces are the text.
    static func sentences(of text: String) -> [Substring] {
        var pieces: [Substring] = []
        var start = text.startIndex
        for index in text.indices where text[index].isWhitespace && index > text.startIndex {
            let before = text[text.index(before: index)]
            let after = text[text.index(after: index)...]
            let isLineEnd = text[index].isNewline
            let isCut = ".!?".contains(before) || isLineEnd && (before == ":" || before.isNewline || isListItem(after))
            guard isCut else { continue }
            pieces.append(text[start...index])
            start = text.index(after: index)
        }
        return pieces + [text[start...]]
    }

    private static func isListItem(_ text: Substring) -> Bool {
        let line = text.prefix { !$0.isNewline }.drop { $0.isWhitespace }
        let digits = line.prefix { $0.isNumber }
        return line.hasPrefix("- ") || line.hasPrefix("* ")
            || (!digits.isEmpty && [".", ")"].contains(line.dropFirst(digits.count).first))
    }
}
