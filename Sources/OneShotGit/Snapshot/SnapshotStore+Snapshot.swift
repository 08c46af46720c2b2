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
        return try await WorkingTreeSettings.borrowing(from: repository, in: directory) {
            do {
                return try await workingTree(settings, excluding: excluded, message: message, date: date)
            } catch is GitError {
                // An index of ours that a crash has left in halves is no reason to fail.
                try PrivateIndex.forgetAll(in: directory)
                return try await workingTree(settings, excluding: excluded, message: message, date: date)
            }
        }
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
        excluding excluded: [String],
        message: String,
        date: Date
    ) async throws -> TreeSnapshot {
        let index = PrivateIndex(of: self, settings: settings)
        try await index.follow(excluding: excluded)
        let changes = try await WorkingTreeChanges.find(in: index, excluding: excluded)
        if let known = index.knownTree, let edits = TreeEdits(changes, settings: settings, below: repository.top) {
            var snapshot = try await commit(edits, of: known, in: index, message: message, date: date)
            snapshot.leftOut = changes.leftOut
            return snapshot
        }
        let tree = try await index.tree(with: changes)
        let commit = try await commit(tree, message: message, date: date)
        return TreeSnapshot(commit: commit, tree: tree, leftOut: changes.leftOut)
    }

    private func commit(
        _ edits: TreeEdits,
        of known: String,
        in index: PrivateIndex,
        message: String,
        date: Date
    ) async throws -> TreeSnapshot {
        let objects = try await index.objects(of: edits.stored.map(\.path))
        let answer = try await git.line(
            ["fast-import", "--quiet", "--force", "--done"],
            input: edits.stream(on: known, objects: objects, message: message, date: date)
        )
        // `040000 tree <id>` and a tab, then the commit.
        let words = answer.split { " \t\n".contains($0) }.map(String.init)
        guard words.count == 4, words[1] == "tree" else {
            throw GitError.failed(arguments: ["fast-import"], message: "it answered \(answer)")
        }
        return TreeSnapshot(commit: words[3], tree: words[2])
    }

    private func commit(_ tree: String, message: String, date: Date) async throws -> String {
        var git = git
        for role in ["AUTHOR", "COMMITTER"] {
            git.environment["GIT_\(role)_NAME"] = Self.name
            git.environment["GIT_\(role)_EMAIL"] = Self.address
            git.environment["GIT_\(role)_DATE"] = Self.stamp(date)
        }
        return try await git.line(["commit-tree", "--no-gpg-sign", tree], input: Data(message.utf8))
    }

    private static let name = "OneShot"
    private static let address = "oneshot@localhost"
    private static func stamp(_ date: Date) -> String { "\(Int64(date.timeIntervalSince1970)) +0000" }

    /// Who a snapshot is by, and when, as a commit says it.
    static func signature(_ date: Date) -> String { "\(name) <\(address)> \(stamp(date))" }

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
