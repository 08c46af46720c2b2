import Foundation

/// A file that the session changed.
struct FileChange: Sendable {
    let rawPath: Data
    /// Nil for a file that was added.
    let start: TreeEntry?
    /// Nil for a file that was removed.
    let end: TreeEntry?
    /// Their contents, for files of text of at most a megabyte.
    var startText: String?
    var endText: String?

    var path: String { String(decoding: rawPath, as: UTF8.self) }
    var name: String { path.split(separator: "/").last.map(String.init) ?? path }
    var fileExtension: String {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count > 1 ? parts[parts.count - 1].lowercased() : ""
    }
    var isAdded: Bool { start == nil }
    var isRemoved: Bool { end == nil }

    /// Whether the path, written below a directory, stays below it.
    var isContained: Bool {
        !path.hasPrefix("/") && !path.split(separator: "/").contains { $0 == ".." || $0.lowercased() == ".git" }
    }

    enum Kind: Sendable {
        case documentation
        /// Tests, and what they need.
        case test
        case other
    }

    var kind: Kind {
        if TestRecipe.isTestFile(path) { return .test }
        let isDocument = ["md", "markdown", "mdx", "rst", "txt", "adoc"].contains(fileExtension)
        let isData = ["requirements", "cmakelists", "constraints", "robots"].contains {
            name.lowercased().hasPrefix($0)
        }
        return isDocument && !isData ? .documentation : .other
    }
}

extension TaskObjects {
    /// The files that differ between two trees, in the order of their paths, with their texts.
    func changes(from start: FileTree, to end: FileTree) async throws -> [FileChange] {
        let starts = Dictionary(start.entries.map { ($0.rawPath, $0) }) { first, _ in first }
        let ends = Dictionary(end.entries.map { ($0.rawPath, $0) }) { first, _ in first }
        let paths = Set(starts.keys).union(ends.keys)
            .filter { starts[$0]?.object != ends[$0]?.object || starts[$0]?.mode != ends[$0]?.mode }
            .sorted { $0.lexicographicallyPrecedes($1) }
        var changes: [FileChange] = []
        for path in paths {
            changes.append(
                FileChange(
                    rawPath: path,
                    start: starts[path],
                    end: ends[path],
                    startText: try await text(of: starts[path]),
                    endText: try await text(of: ends[path])
                )
            )
        }
        return changes
    }

    func text(of entry: TreeEntry?) async throws -> String? {
        guard let entry, entry.isFile, entry.size <= 1 << 20 else { return nil }
        let data = try await blob(entry.object)
        return data.prefix(8000).contains(0) ? nil : String(decoding: data, as: UTF8.self)
    }
}
