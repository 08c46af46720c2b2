import Foundation
import OneShotCore

/// A few plain changes of a tree, which can be made without an index: git reads and writes an index whole, and that of
/// a large working tree costs more than all the rest of a snapshot.
struct TreeEdits: Sendable, Equatable {
    struct Stored: Sendable, Equatable {
        var path: String
        /// `100644` or `100755`.
        var mode: String
    }

    private(set) var removed: [String] = []
    private(set) var stored: [Stored] = []

    /// More changes than these, or a larger file, are the index's business: it remembers what git has read, and the
    /// next snapshot need not read it again.
    private static let mostChanges = 64
    private static let mostBytes = 1 << 20

    /// - Returns: nil when one of the changes needs the index or is not plain: links, submodules, changes of type,
    ///   conflicts, line ends that git may convert, names that git would look at twice.
    init?(_ changes: WorkingTreeChanges, settings: WorkingTreeSettings, below top: URL) {
        guard changes.present.count + changes.gone.count <= Self.mostChanges, !settings.bendModesOrNames else {
            return nil
        }
        for entry in changes.gone {
            guard case .tracked = entry.kind, let path = String(validating: entry.path, as: UTF8.self) else {
                return nil
            }
            removed.append(path)
        }
        for entry in changes.present {
            guard let path = String(validating: entry.path, as: UTF8.self),
                let facts = FileFacts(entry.path, below: top),
                facts.kind == S_IFREG, facts.size <= Self.mostBytes, Self.hasPlainLineEnds(path, below: top)
            else { return nil }
            switch entry.kind {
            case .tracked(let index, let file) where Self.modes.contains(index) && Self.modes.contains(file):
                stored.append(Stored(path: path, mode: file))
            case .untracked where Self.isPlainName(path):
                stored.append(Stored(path: path, mode: facts.isExecutable ? "100755" : "100644"))
            default: return nil
            }
        }
    }

    private static let modes = ["100644", "100755"]

    /// Whether git converts line ends depends on what the index has of the file, but only where there is a return.
    private static func hasPlainLineEnds(_ path: String, below top: URL) -> Bool {
        let data = try? Data(contentsOf: top.appendingPathComponent(path))
        return data.map { !$0.contains(UInt8(ascii: "\r")) } ?? false
    }

    /// Far from every name that git refuses because some file system could take it for `.git` (git-config(1),
    /// `core.protectNTFS` and `core.protectHFS`).
    private static func isPlainName(_ path: String) -> Bool {
        path.utf8.allSatisfy { (0x20..<0x7f).contains($0) && $0 != UInt8(ascii: "\\") && $0 != UInt8(ascii: ":") }
            && !path.lowercased().split(separator: "/").contains { $0.hasPrefix(".git") || $0.hasPrefix("git~") }
    }

    /// The input of git-fast-import(1) for a commit without parents of `base` with these edits, which answers with the
    /// commit's tree and the commit.
    ///
    /// - Parameter objects: those of the stored files, in their order.
    func stream(on base: String, objects: [String], message: String, date: Date) -> Data {
        var lines = ["commit \(Self.scratch)", "mark :1", "committer \(SnapshotStore.signature(date))"]
        lines += ["data \(message.utf8.count)", message, "M 040000 \(base) \"\""]
        lines += removed.map { "D \(Self.quoted($0))" }
        lines += zip(stored, objects).map { file, object in "M \(file.mode) \(object) \(Self.quoted(file.path))" }
        // A ref must be named, and is gone again at the end.
        let nothing = String(repeating: "0", count: base.count)
        lines += ["ls \"\"", "", "get-mark :1", "reset \(Self.scratch)", "from \(nothing)", "", "done", ""]
        return Data(lines.joined(separator: "\n").utf8)
    }

    private static let scratch = "refs/heads/scratch"

    private static func quoted(_ path: String) -> String { TreePath.quoted(Data(path.utf8)) }
}
