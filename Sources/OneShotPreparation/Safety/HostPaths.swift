import Foundation
import OneShotCore

/// Replaces places on this machine by what they are inside a sandbox, or by nothing that tells of the machine.
struct HostPaths: Sendable {
    /// Longer ones first.
    private let replacements: [(path: String, name: String)]

    init(repository: String, workspace: URL, home: String = HomeDirectory.url().path) {
        var pairs = [(repository, "/workspace"), (workspace.path, "/oneshot"), (home, "~")]
        for (path, name) in pairs {
            let real = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
            if real != path { pairs.append((real, name)) }
        }
        replacements = pairs.filter { $0.0.count > 1 }.sorted { $0.0.count > $1.0.count }
            .map { (path: $0.0, name: $0.1) }
    }

    func replaced(in text: String) -> String {
        replacements.reduce(text) { text, replacement in
            guard text.contains(replacement.path) else { return text }
            return Self.replace(replacement.path, by: replacement.name, in: text)
        }
    }

    /// Only whole paths: `/home/me` is not replaced in `/home/media`.
    private static func replace(_ path: String, by name: String, in text: String) -> String {
        var result = ""
        var rest = text[...]
        while let range = rest.range(of: path) {
            let before = range.lowerBound > text.startIndex ? text[text.index(before: range.lowerBound)] : " "
            let after = range.upperBound < text.endIndex ? text[range.upperBound] : " "
            let isWhole = !(isPart(before) || before == "/") && !isPart(after)
            result += rest[..<range.lowerBound]
            result += isWhole ? name : path
            rest = rest[range.upperBound...]
        }
        return result + rest
    }

    private static func isPart(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || "_-".contains(character)
    }

    func replaced(in session: Session) -> Session { session.mappingTexts { replaced(in: $1) } }
}
