/// A name for a directory made of a title: lower-case ASCII letters and digits, words joined by hyphens.
public enum Slug {
    /// - Returns: at most 60 characters, cut between words where that is possible; `task` when nothing is left.
    public static func make(_ title: String) -> String {
        let folded = title.lowercased().unicodeScalars.map { scalar -> Character in
            let isWord = ("a"..."z").contains(scalar) || ("0"..."9").contains(scalar)
            return isWord ? Character(scalar) : "-"
        }
        var slug = ""
        for word in String(folded).split(separator: "-") {
            guard slug.count + word.count + 1 <= 60 || slug.isEmpty else { break }
            slug += (slug.isEmpty ? "" : "-") + word.prefix(60)
        }
        return slug.isEmpty ? "task" : slug
    }
}
