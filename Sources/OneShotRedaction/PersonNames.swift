/// Whose names are hidden in paths, see `docs/redaction.md`.
public enum UserNames: Sendable {
    /// Paths stay as they are.
    case kept
    /// The user's name in a path to a home directory goes, and so do these names where they are a directory of any
    /// path.
    case hidden([String])
}

/// Finds people by the names of their directories.
struct PersonNames: Sendable {
    static let rule = "user"

    let areHidden: Bool
    private var values = ExactValues()
    private static let shortest = 2

    init(_ names: UserNames) {
        guard case .hidden(let names) = names else {
            areHidden = false
            return
        }
        areHidden = true
        for name in Set(names) where name.utf8.count >= Self.shortest {
            for separator in ["/", "\\"] { values.insert(Array((separator + name).utf8), minimumLength: 3) }
        }
    }

    /// Names as directories in paths, but for those in the lines of a diff.
    func ranges(in view: TextView) -> [Range<Int>] {
        guard areHidden else { return [] }
        let lines = LazyDiffLines(view)
        return values.ranges(in: view.bytes).compactMap { range in
            let name = range.lowerBound + 1..<range.upperBound
            guard range.upperBound == view.bytes.count || !Self.nameBytes.contains(view.bytes[range.upperBound]),
                view.isChanged(in: name), !view.touchesPlaceholder(name),
                !lines.covers(name.lowerBound)
            else { return nil }
            return name
        }
    }

    private static let nameBytes = ByteSet("a-zA-Z0-9._-")
}
