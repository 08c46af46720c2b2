/// A pattern for paths inside a directory, as in `remove_repo_paths`: `*` and `?` stop at a slash, `**` between slashes
/// stands for any number of directories, `[a-z]` and `[!a-z]` for one character. A pattern that fits a directory fits
/// everything in it.
public struct PathPattern: Sendable, Equatable {
    public let text: String
    private let segments: [Segment]

    private enum Segment: Sendable, Equatable {
        /// `**`
        case anyDirectories
        case name([Piece])
    }

    private enum Piece: Sendable, Equatable {
        case character(Character)
        case one
        case many
        case set([ClosedRange<Character>], isNegated: Bool)

        func fits(_ character: Character) -> Bool {
            switch self {
            case .character(let own): own == character
            case .one: true
            case .many: false
            case .set(let ranges, let isNegated): ranges.contains { $0.contains(character) } != isNegated
            }
        }
    }

    /// What is wrong with a pattern, as the end of a sentence about it.
    struct Problem: Error, Equatable {
        let text: String
    }

    /// - Throws: ``Problem``.
    init(_ text: String) throws(Problem) {
        if let problem = RelativePath.problem(of: text) { throw Problem(text: problem) }
        self.text = text
        var segments: [Segment] = []
        for part in text.split(separator: "/") {
            segments.append(part == "**" ? .anyDirectories : .name(try Self.pieces(of: part)))
        }
        self.segments = segments
    }

    private static func pieces(of part: Substring) throws(Problem) -> [Piece] {
        if part.contains("**") { throw Problem(text: "'**' stands alone between slashes") }
        var pieces: [Piece] = []
        var rest = part
        while let character = rest.popFirst() {
            switch character {
            case "*": pieces.append(.many)
            case "?": pieces.append(.one)
            case "[": pieces.append(try set(&rest))
            case "\\":
                guard let escaped = rest.popFirst() else { throw Problem(text: "nothing follows the last '\\'") }
                pieces.append(.character(escaped))
            default: pieces.append(.character(character))
            }
        }
        return pieces
    }

    /// What follows a `[`, up to and with its `]`.
    private static func set(_ rest: inout Substring) throws(Problem) -> Piece {
        var isNegated = false
        if let first = rest.first, first == "!" || first == "^" {
            isNegated = true
            rest.removeFirst()
        }
        var ranges: [ClosedRange<Character>] = []
        while let character = rest.popFirst() {
            if character == "]", !ranges.isEmpty { return .set(ranges, isNegated: isNegated) }
            guard rest.first == "-", let last = rest.dropFirst().first, last != "]" else {
                ranges.append(character...character)
                continue
            }
            guard character <= last else { throw Problem(text: "the range \(character)-\(last) is upside down") }
            ranges.append(character...last)
            rest = rest.dropFirst(2)
        }
        throw Problem(text: "'[' has no ']'")
    }

    /// - Parameter path: of a file, relative, with slashes.
    public func matches(_ path: String) -> Bool {
        Self.fits(segments[...], path.split(separator: "/")[...])
    }

    private static func fits(_ segments: ArraySlice<Segment>, _ names: ArraySlice<Substring>) -> Bool {
        // What is left of the path lies in the directory that the pattern has fitted.
        guard let segment = segments.first else { return true }
        guard let name = names.first else { return false }
        switch segment {
        case .anyDirectories:
            return segments.count == 1
                || names.indices.contains { fits(segments.dropFirst(), names[$0...]) }
        case .name(let pieces):
            return fits(pieces[...], name) && fits(segments.dropFirst(), names.dropFirst())
        }
    }

    /// Goes back to the last `*` only, so that no pattern takes exponential time.
    private static func fits(_ pieces: ArraySlice<Piece>, _ name: Substring) -> Bool {
        var (piece, position) = (pieces.startIndex, name.startIndex)
        var star: (piece: Int, position: Substring.Index)?
        while position < name.endIndex {
            if piece < pieces.endIndex, pieces[piece] == .many {
                star = (piece, position)
                piece += 1
            } else if piece < pieces.endIndex, pieces[piece].fits(name[position]) {
                piece += 1
                position = name.index(after: position)
            } else if let last = star {
                position = name.index(after: last.position)
                star = (last.piece, position)
                piece = last.piece + 1
            } else {
                return false
            }
        }
        return pieces[piece...].allSatisfy { $0 == .many }
    }
}
