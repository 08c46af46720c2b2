import Foundation

/// Our lines in somebody else's file, between two marks.
struct MarkedBlock: Sendable, Equatable {
    static let opening = "# >>> oneshot >>>"
    static let closing = "# <<< oneshot <<<"

    /// What the file was like before the block, so that taking it out restores it to the byte.
    struct Origin: Sendable, Equatable {
        var hadFile: Bool
        var hadDirectory: Bool
        /// Whether the text ended with a line end.
        var endedInLine: Bool
    }

    var origin: Origin
    /// From the opening mark to the line end after the closing one.
    private let range: Range<String.UnicodeScalarView.Index>

    private static let noFile = "# There was no file before."
    private static let noDirectory = "# There was no directory before."
    private static let noLineEnd = "# The text before had no line end."

    static func text(lines: [String], origin: Origin) -> String {
        let notes =
            (origin.hadFile ? [] : [noFile]) + (origin.hadDirectory ? [] : [noDirectory])
            + (origin.endedInLine ? [] : [noLineEnd])
        let head = [opening, "# Written by 'oneshot mcp install'; 'oneshot mcp uninstall' takes it out."]
        return (head + notes + lines + [closing]).joined(separator: "\n") + "\n"
    }

    /// - Returns: nil when there is no block.
    /// - Throws: ``CodexConfigurationError/damagedBlock(path:line:)``.
    static func find(in text: String, path: String) throws -> MarkedBlock? {
        // Scalars, since "\r\n" is one Character.
        let scalars = text.unicodeScalars
        var start: String.UnicodeScalarView.Index?
        var notes: Set<String> = []
        var position = scalars.startIndex
        var number = 0
        var openedAt = 0
        while position < scalars.endIndex {
            let end = scalars[position...].firstIndex(of: "\n") ?? scalars.endIndex
            let line = String(scalars[position..<end]).trimmingCharacters(in: .whitespaces.union(["\r"]))
            let next = end == scalars.endIndex ? end : scalars.index(after: end)
            number += 1
            if line == opening {
                guard start == nil else { throw CodexConfigurationError.damagedBlock(path: path, line: number) }
                start = position
                openedAt = number
            } else if line == closing {
                guard let start else { throw CodexConfigurationError.damagedBlock(path: path, line: number) }
                let origin = Origin(
                    hadFile: !notes.contains(noFile),
                    hadDirectory: !notes.contains(noDirectory),
                    endedInLine: !notes.contains(noLineEnd)
                )
                return MarkedBlock(origin: origin, range: start..<next)
            } else if start != nil {
                notes.insert(line)
            }
            position = next
        }
        guard start == nil else { throw CodexConfigurationError.damagedBlock(path: path, line: openedAt) }
        return nil
    }

    func replaced(in text: String, by block: String) -> String {
        let scalars = text.unicodeScalars
        return String(scalars[..<range.lowerBound]) + block + String(scalars[range.upperBound...])
    }

    /// The text without the block and without the line end that was added before it.
    func removed(from text: String) -> String {
        let scalars = text.unicodeScalars
        let before = String(scalars[..<range.lowerBound])
        let after = String(scalars[range.upperBound...])
        let addedLineEnd = !origin.endedInLine && after.isEmpty && before.unicodeScalars.last == "\n"
        return (addedLineEnd ? String(before.unicodeScalars.dropLast()) : before) + after
    }
}
