public import Foundation

/// A whole file of a candidate: what a tamperer writes, or what is taken away.
public struct FileEdit: Sendable, Equatable {
    /// Below the repository's top.
    public var path: String
    /// Nil for a file that goes.
    public var content: Data?
    public var isExecutable: Bool

    public init(path: String, content: Data?, isExecutable: Bool = false) {
        self.path = path
        self.content = content
        self.isExecutable = isExecutable
    }

    /// Whether the path can stand in a patch as it is, and stays below the top.
    public static func isPlain(_ path: String) -> Bool {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        return !path.isEmpty
            && path.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
            && parts.allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." && $0.lowercased() != ".git" }
    }
}

extension Patch {
    /// The patch that makes some files what they are wanted to be.
    ///
    /// - Parameter current: the content and mode (such as `100644`) of a file as it is; nil where there is none.
    /// - Returns: without the edits that change nothing, and those of paths that are not plain or of binary files.
    public init(_ edits: [FileEdit], current: (String) -> (content: Data, mode: String)?) {
        files = edits.compactMap { edit in
            guard FileEdit.isPlain(edit.path) else { return nil }
            let before = current(edit.path)
            guard before?.content != edit.content else { return nil }
            guard before?.content.contains(0) != true, edit.content?.contains(0) != true else { return nil }
            return File(edit, before: before)
        }
    }
}

extension Patch.File {
    fileprivate init(_ edit: FileEdit, before: (content: Data, mode: String)?) {
        path = edit.path
        let mode = edit.isExecutable ? "100755" : "100644"
        var lines = ["diff --git a/\(path) b/\(path)"]
        switch (before, edit.content) {
        case (nil, _): lines.append("new file mode \(mode)")
        case (let old?, nil): lines.append("deleted file mode \(old.mode)")
        case (let old?, _):
            if edit.isExecutable, old.mode != mode { lines += ["old mode \(old.mode)", "new mode \(mode)"] }
        }
        let old = Self.marked(before?.content ?? Data(), "-")
        let new = Self.marked(edit.content ?? Data(), "+")
        hunks = []
        if !(old + new).isEmpty {
            lines.append(before == nil ? "--- /dev/null" : "--- a/\(path)")
            lines.append(edit.content == nil ? "+++ /dev/null" : "+++ b/\(path)")
            let starts = (old: old.isEmpty ? 0 : 1, new: new.isEmpty ? 0 : 1)
            hunks = [
                Patch.Hunk(oldStart: starts.old, newStart: starts.new, section: Data(), lines: old + new)
            ]
        } else {
            // Git wants to see an object for an empty file.
            lines.append(edit.content == nil ? "index e69de29..0000000" : "index 0000000..e69de29")
        }
        header = lines.map { Data($0.utf8) }
    }

    private static func marked(_ content: Data, _ mark: String) -> [Data] {
        var lines = content.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map {
            Data(mark.utf8) + $0
        }
        if content.isEmpty { return [] }
        if content.last == UInt8(ascii: "\n") {
            lines.removeLast()
        } else {
            lines.append(Data("\\ No newline at end of file".utf8))
        }
        return lines
    }
}
