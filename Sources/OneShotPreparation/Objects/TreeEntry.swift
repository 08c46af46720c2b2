import Foundation

/// One file of a git tree.
struct TreeEntry: Sendable, Equatable {
    /// As git has it; `path` repairs what is not UTF-8.
    var rawPath: Data
    /// `100644`, `100755`, `120000` (a symbolic link) or `160000` (a submodule).
    var mode: String
    var object: String
    /// In bytes; 0 for a submodule.
    var size: Int

    var path: String { String(decoding: rawPath, as: UTF8.self) }
    var isFile: Bool { mode.hasPrefix("100") }
    var isExecutable: Bool { mode == "100755" }
    var isSubmodule: Bool { mode == "160000" }
}

/// The files of a tree, by path.
struct FileTree: Sendable {
    /// The tree's object id.
    let id: String
    let entries: [TreeEntry]
    private let byPath: [String: Int]

    init(id: String, entries: [TreeEntry]) {
        self.id = id
        self.entries = entries
        byPath = Dictionary(entries.enumerated().map { ($1.path, $0) }) { first, _ in first }
    }

    subscript(path: String) -> TreeEntry? { byPath[path].map { entries[$0] } }

    /// Every directory above a file.
    var directories: Set<String> {
        var all: Set<String> = []
        for entry in entries {
            var path = entry.path[...]
            while let slash = path.lastIndex(of: "/") {
                path = path[..<slash]
                guard all.insert(String(path)).inserted else { break }
            }
        }
        return all
    }
}
