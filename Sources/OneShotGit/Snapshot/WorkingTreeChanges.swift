import Foundation
import OneShotCore
import OneShotProcess

/// How the working tree differs from an index.
struct WorkingTreeChanges: Sendable {
    /// What the index must take in.
    var present: [StatusEntry] = []
    /// What it must lose.
    var gone: [StatusEntry] = []
    /// Repositories inside the working tree that have no commit.
    var leftOut: [String] = []

    /// What git's status says. Submodules count by their commit: git would run another git in each to learn more, with
    /// its configuration.
    static func find(in index: PrivateIndex, excluding excluded: [String]) async throws -> WorkingTreeChanges {
        let listing = try await index.git.output(["status", "--porcelain=v2", "-z", "--ignore-submodules=dirty"])
        var changes = WorkingTreeChanges()
        let excluded = excluded.map { Data(($0 + "/").utf8) }
        let top = index.store.repository.top
        for entry in listing.split(separator: 0).lazy.compactMap({ StatusEntry($0) }) {
            guard !excluded.contains(where: { entry.path.starts(with: $0) }) else { continue }
            if entry.isRepository {
                let nested = Git(top.appendingPathComponent(String(decoding: entry.path.dropLast(), as: UTF8.self)))
                guard try await nested.run(["rev-parse", "-q", "--verify", "HEAD"]).succeeded else {
                    changes.leftOut.append(TreePath.text(entry.path.dropLast()))
                    continue
                }
                changes.present.append(entry)
            } else if entry.kind == .untracked || canBeStored(entry.path, below: top) {
                changes.present.append(entry)
            } else {
                changes.gone.append(entry)
            }
        }
        return changes
    }

    /// Whether a file of the index is still there, in a form that git stores, and not behind a symbolic link.
    private static func canBeStored(_ path: Data, below top: URL) -> Bool {
        var end = path.startIndex
        while let slash = path[end...].firstIndex(of: UInt8(ascii: "/")) {
            guard FileFacts(path[..<slash], below: top)?.kind == S_IFDIR else { return false }
            end = path.index(after: slash)
        }
        switch FileFacts(path, below: top)?.kind {
        case S_IFREG, S_IFLNK: return true
        // A repository is stored as a link to its commit; the files of any other directory are stored by themselves.
        case S_IFDIR: return FileFacts(path + Data("/.git".utf8), below: top) != nil
        default: return false
        }
    }
}
