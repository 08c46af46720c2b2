import Foundation
import OneShotCore

/// What commit messages say, taken apart: subjects, paragraphs, and lines that are for git and forges only.
struct CommitWords: Sendable, Equatable {
    struct Message: Sendable, Equatable {
        var commit: String
        var text: String
    }

    /// Of the commits that say something, the oldest first.
    let subjects: [String]
    let paragraphs: [String]
    /// All messages, verbatim.
    let verbatim: String

    /// - Parameter messages: the oldest first.
    init(_ messages: [Message]) {
        verbatim = messages.map { $0.text.trimmingBlanks }.joined(separator: "\n\n")
        var subjects: [String] = []
        var paragraphs: [String] = []
        for message in messages {
            let parts = Self.paragraphs(of: message.text)
            guard let subject = parts.first, !Self.isFixup(subject) else { continue }
            let line = subject.split(whereSeparator: \.isNewline).map { $0.trimmingBlanks }.joined(separator: " ")
            if !subjects.contains(line) { subjects.append(line) }
            paragraphs += parts.dropFirst().filter { !paragraphs.contains($0) }
        }
        self.subjects = subjects
        self.paragraphs = paragraphs
    }

    /// What an agent is told, without the paragraphs.
    var instruction: String? {
        guard subjects.count > 1 else { return subjects.first }
        return subjects.map { "- \($0)" }.joined(separator: "\n")
    }

    /// The paragraphs of a text, without trailers and comments.
    static func paragraphs(of text: String) -> [String] {
        var parts: [[Substring]] = [[]]
        for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            if line.allSatisfy(\.isWhitespace) {
                parts.append([])
            } else if !isForMachines(line) {
                parts[parts.count - 1].append(line)
            }
        }
        return parts.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }
    }

    private static func isFixup(_ subject: String) -> Bool {
        let start = subject.lowercased()
        return ["fixup!", "squash!", "amend!", "wip"].contains { start.hasPrefix($0) }
    }

    /// `Signed-off-by: …`, `Fixes #12`, `(cherry picked from commit …)`
    private static func isForMachines(_ line: Substring) -> Bool {
        let text = line.trimmingBlanks
        let lower = text.lowercased()
        if lower.hasPrefix("(cherry picked from") || lower.hasPrefix("git-svn-id:") { return true }
        if lower.firstMatch(of: /^(close[sd]?|fix(e[sd])?|resolve[sd]?|refs?|see|part of)[: ]+\S*#\d+[.,]?$/) != nil {
            return true
        }
        guard let colon = text.firstIndex(of: ":") else { return false }
        let key = text[..<colon].lowercased()
        let after = text[text.index(after: colon)...]
        return after.first == " "
            && (key.hasSuffix("-by") || ["change-id", "cc", "bug", "issue", "link", "see-also"].contains(key))
    }
}
