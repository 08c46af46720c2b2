public import Foundation
import OneShotCore
import OneShotProcess

/// A bare repository of ours that holds the snapshots of one working tree.
///
/// It sees the objects of the person's repository and writes its own beside them. Git works on the person's files with
/// this repository's configuration, not with theirs: what theirs names as a program (filters, monitors, hooks) is not
/// even known here, and nothing is written below their `.git`.
///
/// Each task's objects lie in packs that carry its id, so that they go with it. One process at a time may write.
public struct SnapshotStore: Sendable {
    /// The bare repository.
    public let directory: URL
    /// Whose working tree it holds.
    public let repository: Repository

    /// The store in `directory`, which is made where it is missing.
    ///
    /// - Throws: ``GitError``, ``FileError``.
    public static func open(_ directory: URL, for repository: Repository) async throws -> SnapshotStore {
        let store = SnapshotStore(directory: directory, repository: repository)
        if !FileManager.default.fileExists(atPath: directory.path) { try await store.initialise() }
        let borrowed = repository.commonDirectory.appendingPathComponent("objects")
        let alternates = directory.appendingPathComponent("objects/info/alternates")
        let wanted = Data((Self.quoted(borrowed.path) + "\n").utf8)
        if (try? Data(contentsOf: alternates)) != wanted {
            try AtomicFile.makeDirectory(alternates.deletingLastPathComponent())
            try AtomicFile.write(wanted, to: alternates)
        }
        return store
    }

    /// Made under another name, so that a store is whole or absent.
    private func initialise() async throws {
        let parent = directory.deletingLastPathComponent()
        try AtomicFile.makeDirectory(parent, mode: 0o700)
        let partial = parent.appendingPathComponent(".\(UUID().uuidString).git")
        try await Git(parent, environment: Self.environment).output(
            ["init", "-q", "--bare", "--template=", "--object-format=\(repository.objectFormat)", "-b", "main"]
                + ["--", partial.path]
        )
        // Somebody else may have been first.
        if rename(partial.path, directory.path) != 0 {
            try? FileManager.default.removeItem(at: partial)
        }
        try AtomicFile.makeDirectory(directory.appendingPathComponent("info"))
    }

    /// Git commands on objects alone: no file of the working tree, no attribute and no setting has a say in them.
    public var git: Git { Self.git(on: directory) }

    static func git(on directory: URL) -> Git {
        var git = Git(directory, environment: environment)
        git.environment["GIT_DIR"] = directory.path
        git.environment["GIT_ATTR_NOSYSTEM"] = "1"
        // Git reads the index for commands that need none, such as diff-tree, and that of a working tree is large.
        git.environment["GIT_INDEX_FILE"] = directory.appendingPathComponent("no-index").path
        git.settings["core.attributesFile"] = "/dev/null"
        return git
    }

    static let environment = ["GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1"]

    /// A line of `objects/info/alternates` (gitrepository-layout(5)), where a path may be quoted as in C.
    public static func quoted(_ path: String) -> String {
        let needsQuotes = path.utf8.contains { $0 < 0x20 } || path.hasPrefix("\"") || path.hasPrefix("#")
        return needsQuotes ? TreePath.quoted(Data(path.utf8)) : path
    }
}
