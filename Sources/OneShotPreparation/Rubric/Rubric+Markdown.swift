public import Foundation
import OneShotCore

extension Rubric {
    /// The rubric as `rubric_template.md`; parsing it gives the same rubric.
    public var markdown: String {
        var text = "# Rubric: \(title)\n"
        for criterion in criteria {
            text += "\n## \(criterion.id) (weight: \(Self.format(criterion.weight)))\n"
            if !criterion.text.isEmpty { text += criterion.text + "\n" }
            switch criterion.binding {
            case .tests(let names): text += "- tests: \(names.joined(separator: ", "))\n"
            case .judge: text += "- judge\n"
            }
        }
        return text
    }

    /// Reads a rubric file.
    ///
    /// - Parameter tests: that criteria may be bound to; nil where they are not known.
    /// - Throws: ``FileError`` with line and column.
    public static func read(_ url: URL, tests: TestNames? = nil) throws -> Rubric {
        guard let data = try? Data(contentsOf: url) else {
            throw FileError.unreadable(path: url.path, reason: "no such file, or no permission")
        }
        return try Rubric(parsing: String(decoding: data, as: UTF8.self), path: url.path, tests: tests)
    }

    static func format(_ weight: Double) -> String {
        let rounded = (weight * 10_000).rounded() / 10_000
        return rounded == rounded.rounded() && abs(rounded) < 1e15 ? String(Int(rounded)) : String(rounded)
    }
}
