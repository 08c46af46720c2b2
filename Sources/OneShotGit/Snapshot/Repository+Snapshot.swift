public import Foundation
import OneShotCore
import OneShotProcess

/// The whole working tree of one moment, as a commit of ours without parents.
public struct TreeSnapshot: Sendable, Equatable {
    public var commit: String
    public var tree: String
    /// Repositories inside the working tree that have no commit yet, which git cannot refer to.
    public var leftOut: [String]

    public init(commit: String, tree: String, leftOut: [String] = []) {
        self.commit = commit
        self.tree = tree
        self.leftOut = leftOut
    }
}

extension Repository {
    /// Stores what the working tree holds now: tracked files as they are on disk, whatever is staged, and untracked
    /// files that are not ignored. Submodules and nested repositories are kept as links to their commit.
    ///
    /// Nothing of the person's changes: the snapshot is built in an index of ours, and adds objects only. Line ends
    /// are stored as git's attributes say; programs that attributes name (filters) are not run.
    ///
    /// - Parameters:
    ///   - excluded: paths below the top that are not part of the snapshot, even where they are tracked.
    ///   - date: the commit's date, so that the same tree at the same time is the same commit.
    public func snapshot(message: String, date: Date, excluding excluded: [String] = []) async throws -> TreeSnapshot {
        try await withPrivateDirectory { directory in
            let index = try await PrivateIndex.copied(from: self, into: directory)
            try await index.remove(excluded)
            try await index.forgetAssumptions()
            let leftOut = try await addEverything(to: index, excluding: excluded)
            let tree = try await index.writeTree()
            let commit = try await commit(tree, message: message, date: date)
            return TreeSnapshot(commit: commit, tree: tree, leftOut: leftOut)
        }
    }

    /// Stores the tree of a commit as a snapshot: what ``snapshot(message:date:excluding:)`` would have made of the
    /// working tree right after that commit.
    public func snapshot(
        of revision: String,
        message: String,
        date: Date,
        excluding excluded: [String] = []
    ) async throws -> TreeSnapshot {
        try await withPrivateDirectory { directory in
            let index = try await PrivateIndex(of: self, in: directory)
            try await index.git.output(["read-tree", "--end-of-options", "\(revision)^{tree}"])
            try await index.remove(excluded)
            let tree = try await index.writeTree()
            return TreeSnapshot(commit: try await commit(tree, message: message, date: date), tree: tree)
        }
    }

    /// - Returns: the nested repositories without a commit, which are passed over.
    private func addEverything(to index: PrivateIndex, excluding excluded: [String]) async throws -> [String] {
        func add(passingOver paths: [String]) async throws {
            try await index.git.output(Self.addArguments + paths.map { ":(exclude,top,literal)\($0)" })
        }
        do {
            try await add(passingOver: excluded)
            return []
        } catch let error as GitError {
            let unborn = try await nestedRepositories(in: index, unborn: true)
            guard !unborn.isEmpty else { throw error }
            try await add(passingOver: excluded + unborn)
            return unborn
        }
    }

    private static let addArguments = ["add", "--all", "--sparse", "--", ":/"]

    /// Settings that keep each filter program of the configuration from being run.
    func settingsWithoutFilters() async throws -> [String: String] {
        let keys = try await git.run([
            "config", "-z", "--name-only", "--get-regexp", #"^filter\..*\.(clean|process)$"#,
        ])
        let names = Set(
            keys.text.split(separator: "\0").compactMap { key in key.lastIndex(of: ".").map { String(key[..<$0]) } }
        )
        return names.reduce(into: [:]) { settings, name in
            settings["\(name).clean"] = ""
            settings["\(name).process"] = ""
            settings["\(name).required"] = "false"
        }
    }

    /// Untracked repositories inside the working tree, without their last slash.
    func nestedRepositories(in index: PrivateIndex, unborn: Bool) async throws -> [String] {
        let listing = try await index.git.output(["ls-files", "-z", "--others", "--exclude-standard"])
        var found: [String] = []
        for entry in listing.split(separator: 0) where entry.last == UInt8(ascii: "/") {
            let path = String(decoding: entry.dropLast(), as: UTF8.self)
            let head = try await Git(top.appendingPathComponent(path)).run(["rev-parse", "-q", "--verify", "HEAD"])
            if head.succeeded != unborn { found.append(path) }
        }
        return found
    }

    private func commit(_ tree: String, message: String, date: Date) async throws -> String {
        var git = git
        let stamp = "\(Int64(date.timeIntervalSince1970)) +0000"
        for role in ["AUTHOR", "COMMITTER"] {
            git.environment["GIT_\(role)_NAME"] = "OneShot"
            git.environment["GIT_\(role)_EMAIL"] = "oneshot@localhost"
            git.environment["GIT_\(role)_DATE"] = stamp
        }
        return try await git.line(
            ["-c", "i18n.commitEncoding=UTF-8", "commit-tree", "--no-gpg-sign", tree],
            input: Data(message.utf8)
        )
    }
}
