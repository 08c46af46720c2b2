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

    /// Asks git in two processes at once: one looks at the files of the index, the other for files beside them.
    /// Submodules count by their commit: git would run another git in each to learn more, with its configuration.
    static func find(in index: PrivateIndex, excluding excluded: [String]) async throws -> WorkingTreeChanges {
        async let tracked = index.git.output(["diff-files", "-z", "--name-status", "--ignore-submodules=dirty"])
        async let others = index.git.output(["ls-files", "-z", "--others", "--exclude-standard"])
        var changes = WorkingTreeChanges()
        let excluded = excluded.map { Data(($0 + "/").utf8) }
        func isWanted(_ path: Data) -> Bool { !excluded.contains { path.starts(with: $0) } }
        let top = index.store.repository.top

        let words = try await tracked.split(separator: 0)
        var seen: Set<Data> = []
        for position in stride(from: 0, to: words.count - 1, by: 2) {
            let path = Data(words[position + 1])
            guard isWanted(path), seen.insert(path).inserted else { continue }
            if Self.canBeStored(path, below: top) {
                changes.present += path + [0]
            } else {
                changes.gone += path + [0]
            }
        }
        for word in try await others.split(separator: 0) {
            var path = Data(word)
            guard isWanted(path) else { continue }
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
        return look(at: path, below: top, &facts) && [S_IFREG, S_IFLNK, S_IFDIR].contains(facts.st_mode & S_IFMT)
    }

    private static func look(at path: Data, below top: URL, _ facts: inout stat) -> Bool {
        let whole = Data((top.path == "/" ? "/" : top.path + "/").utf8) + path + [0]
        return whole.withUnsafeBytes { bytes in
            bytes.baseAddress.map { lstat($0.assumingMemoryBound(to: CChar.self), &facts) == 0 } ?? false
        }
    }
}
