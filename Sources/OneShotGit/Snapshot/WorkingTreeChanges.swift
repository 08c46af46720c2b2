import Foundation
import OneShotCore
import OneShotProcess

/// How the working tree differs from an index.
struct WorkingTreeChanges: Sendable {
    /// Paths that the index must take in, each with a zero behind it.
    var present = Data()
    /// Paths that it must lose.
    var gone = Data()
    /// Repositories inside the working tree that have no commit.
    var leftOut: [String] = []

    /// What git's status says. Submodules count by their commit: git would run another git in each to learn more, with
    /// its configuration.
    static func find(in index: PrivateIndex, excluding excluded: [String]) async throws -> WorkingTreeChanges {
        let listing = try await index.git.output(["status", "--porcelain", "-z", "--ignore-submodules=dirty"])
        var changes = WorkingTreeChanges()
        let excluded = excluded.map { Data(($0 + "/").utf8) }
        func isWanted(_ path: Data) -> Bool { !excluded.contains { path.starts(with: $0) } }
        let top = index.store.repository.top

        // Two letters, a blank, the path: how the index differs from HEAD, and the file from the index.
        for entry in listing.split(separator: 0) where entry.count > 3 {
            let file = entry[entry.startIndex + 1]
            var path = Data(entry.dropFirst(3))
            guard file != UInt8(ascii: " "), isWanted(path) else { continue }
            guard file == UInt8(ascii: "?") else {
                if Self.canBeStored(path, below: top) {
                    changes.present += path + [0]
                } else {
                    changes.gone += path + [0]
                }
                continue
            }
            if path.last == UInt8(ascii: "/") {
                path.removeLast()
                let name = String(decoding: path, as: UTF8.self)
                let nested = Git(top.appendingPathComponent(name))
                guard try await nested.run(["rev-parse", "-q", "--verify", "HEAD"]).succeeded else {
                    changes.leftOut.append(TreePath.text(path))
                    continue
                }
            }
            changes.present += path + [0]
        }
        return changes
    }

    /// Whether a file of the index is still there, in a form that git stores, and not behind a symbolic link.
    private static func canBeStored(_ path: Data, below top: URL) -> Bool {
        var facts = stat()
        var end = path.startIndex
        while let slash = path[end...].firstIndex(of: UInt8(ascii: "/")) {
            guard look(at: path[..<slash], below: top, &facts), facts.st_mode & S_IFMT == S_IFDIR else { return false }
            end = path.index(after: slash)
        }
        guard look(at: path, below: top, &facts) else { return false }
        switch facts.st_mode & S_IFMT {
        case S_IFREG, S_IFLNK: return true
        // A repository is stored as a link to its commit; the files of any other directory are stored by themselves.
        case S_IFDIR: return look(at: path + Data("/.git".utf8), below: top, &facts)
        default: return false
        }
    }

    private static func look(at path: Data, below top: URL, _ facts: inout stat) -> Bool {
        let whole = Data((top.path == "/" ? "/" : top.path + "/").utf8) + path + [0]
        return whole.withUnsafeBytes { bytes in
            bytes.baseAddress.map { lstat($0.assumingMemoryBound(to: CChar.self), &facts) == 0 } ?? false
        }
    }
}
