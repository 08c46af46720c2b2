public import Foundation
import OneShotCore
import OneShotProcess

extension SnapshotStore {
    /// Stores what the working tree holds now: tracked files as they are on disk, whatever is staged, and untracked
    /// files that are not ignored. Submodules and nested repositories are kept as links to their commit.
    ///
    /// Line ends are stored as git's attributes say; programs that attributes name (filters) are not run.
    ///
    /// - Parameters:
    ///   - excluded: paths below the top that are not part of the snapshot, even where they are tracked.
    ///   - date: the commit's date, so that the same tree at the same time is the same commit.
    public func snapshot(message: String, date: Date, excluding excluded: [String] = []) async throws -> TreeSnapshot {
        let listing = try await repository.git.output(["config", "-z", "--list"])
        let settings = WorkingTreeSettings(listing: listing)
        let (tree, leftOut) = try await WorkingTreeSettings.borrowing(from: repository, in: directory) {
            do {
                return try await workingTree(settings, excluding: excluded)
            } catch is GitError {
                // An index of ours that a crash has left in halves is no reason to fail.
                try PrivateIndex.forgetAll(in: directory)
                return try await workingTree(settings, excluding: excluded)
            }
        }
        let commit = try await commit(tree, message: message, date: date)
        return TreeSnapshot(commit: commit, tree: tree, leftOut: leftOut)
    }

    /// Stores a tree that git has already, such as that of a commit.
    ///
    /// - Throws: ``GitError`` when there is no such tree.
    public func snapshot(
        of revision: String,
        message: String,
        date: Date,
        excluding excluded: [String] = []
    ) async throws -> TreeSnapshot {
        var tree = try await git.line(["rev-parse", "--verify", "-q", "--end-of-options", "\(revision)^{tree}"])
        let unwanted = excluded.isEmpty ? Data() : try await git.output(["ls-tree", "-z", tree, "--"] + excluded)
        if !unwanted.isEmpty {
            tree = try await withIndex { index in
                try await index.output(["read-tree", tree])
                let paths = try await index.output(["ls-files", "-z", "--"] + excluded.map { ":(top,literal)\($0)" })
                try await index.output(["update-index", "-z", "--force-remove", "--stdin"], input: paths)
                return try await index.line(["write-tree", "--missing-ok"])
            }
        }
        return TreeSnapshot(commit: try await commit(tree, message: message, date: date), tree: tree)
    }

    private func workingTree(
        _ settings: WorkingTreeSettings,
        excluding excluded: [String]
    ) async throws -> (tree: String, leftOut: [String]) {
        let index = PrivateIndex(of: self, settings: settings)
        try await index.follow(excluding: excluded)
        let changes = try await WorkingTreeChanges.find(in: index, excluding: excluded)
        // Gone first: a file may stand where a directory was, and a link where files were.
        try await index.update(["--force-remove"], changes.gone)
        try await index.update(["--add", "--remove", "--replace"], changes.present)
        return (try await index.writeTree(), changes.leftOut)
    }

    private func commit(_ tree: String, message: String, date: Date) async throws -> String {
        var git = git
        let stamp = "\(Int64(date.timeIntervalSince1970)) +0000"
        for role in ["AUTHOR", "COMMITTER"] {
            git.environment["GIT_\(role)_NAME"] = "OneShot"
            git.environment["GIT_\(role)_EMAIL"] = "oneshot@localhost"
            git.environment["GIT_\(role)_DATE"] = stamp
        }
        return try await git.line(["commit-tree", "--no-gpg-sign", tree], input: Data(message.utf8))
    }

    /// Runs `body` with an empty index of its own.
    func withIndex<Result>(
        isolation: isolated (any Actor)? = #isolation,
        _ body: (Git) async throws -> Result
    ) async throws -> Result {
        var git = git
        let file = directory.appendingPathComponent("index.\(UUID().uuidString)")
        git.environment["GIT_INDEX_FILE"] = file.path
        defer { unlink(file.path) }
        return try await body(git)
    }
}
