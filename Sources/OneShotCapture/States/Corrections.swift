import Foundation

/// Telling by its words whether what a person said next means that the work was not right.
enum Corrections {
    /// A message that begins with one of these is a correction.
    private static let beginnings = [
        "no", "nope", "not", "wrong", "stop", "don't", "that's not", "that is not", "this is not", "hm", "hmm", "undo",
        "revert",
    ]

    /// So is one that says one of these anywhere.
    private static let words = [
        "wrong", "incorrect", "not what", "not right", "not working", "still", "instead", "rather than", "revert",
        "undo", "roll back", "go back", "doesn't work", "does not work", "didn't work", "did not work", "don't work",
        "fails", "failed", "failing", "broken", "breaks", "broke", "crashes", "should have", "shouldn't have",
        "should not have", "you forgot", "you missed", "you removed", "too much", "i meant", "i asked for",
    ]

    static func isCorrection(_ message: String) -> Bool {
        let said = " " + plain(message) + " "
        return beginnings.contains { said.hasPrefix(" \($0) ") } || words.contains { said.contains(" \($0) ") }
    }

    /// Words with one blank between them.
    private static func plain(_ message: String) -> String {
        let lower = message.lowercased().replacing("’", with: "'")
        return lower.split { !($0.isLetter || $0.isNumber || $0 == "'") }.joined(separator: " ")
    }
}
