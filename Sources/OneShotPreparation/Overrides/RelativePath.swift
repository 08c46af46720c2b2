/// Paths that stay inside the directory that they are meant for.
enum RelativePath {
    /// Why a path is not one of those, as the end of a sentence about it; nil for one that is.
    static func problem(of path: String) -> String? {
        if path.isEmpty { return "is empty" }
        if path.contains("\0") { return "holds a NUL" }
        if path.hasPrefix("/") { return "is absolute; write it relative to the directory that it is for" }
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        if parts.contains("..") { return "leads outside with '..'" }
        if parts.dropLast().contains("") || parts.contains(".") { return "has an empty part or a '.' in it" }
        if parts.contains(where: { $0.lowercased() == ".git" }) {
            return "leads into '.git', which is not a file's place"
        }
        return nil
    }

    /// As ``problem(of:)``, for the path of one file.
    static func problem(ofFile path: String) -> String? {
        problem(of: path) ?? (path.hasSuffix("/") ? "names a directory, not a file" : nil)
    }
}
