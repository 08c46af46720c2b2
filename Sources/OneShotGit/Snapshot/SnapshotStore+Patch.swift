public import Foundation
import OneShotCore
import OneShotProcess

/// A file that differs between two trees.
public struct TreeChange: Sendable, Equatable {
    /// Below the top of the working tree, as git has it.
    public var rawPath: Data
    /// Git's letter: `A`, `M`, `D` or `T` (a file that became a symbolic link, a submodule, or the other way round).
    public var status: String

    public init(rawPath: Data, status: String) {
        self.rawPath = rawPath
        self.status = status
    }

    /// See ``TreePath``.
    public var path: String { TreePath.text(rawPath) }
}

extension SnapshotStore {
    /// The binary-safe patch that leads from one tree to another; the person's diff settings have no say in it.
    ///
    /// - Throws: ``GitError/inexactPatch(from:to:reason:)`` when git does not get from the one to the other with it.
    public func patch(from: String, to: String) async throws -> Data {
        let patch = try await unprovenPatch(from: from, to: to)
        do {
            guard try await applied(patch, to: from) == tree(of: to) else {
                throw GitError.inexactPatch(from: from, to: to, reason: "another tree comes out")
            }
        } catch GitError.failed(_, let message) {
            throw GitError.inexactPatch(from: from, to: to, reason: message)
        }
        return patch
    }

    /// As ``patch(from:to:)``, without the proof that git gets from the one to the other with it.
    public func unprovenPatch(from: String, to: String) async throws -> Data {
        let patch = try await git.output([
            "diff-tree", "-r", "-p", "--binary", "--full-index", "--no-renames", "--no-color", "--no-ext-diff",
            "--no-textconv", "--submodule=short", "--ignore-submodules=none", "--src-prefix=a/", "--dst-prefix=b/",
            from, to,
        ])
        // Git cannot read a name that ends with a blank, or whose directory's does, in the first line that it writes
        // about a file, which is all that names a binary or an empty one.
        let unread = try await changes(from: from, to: to).map(\.rawPath).filter {
            ($0 + Data("/".utf8)).firstRange(of: Data(" /".utf8)) != nil
        }
        return unread.isEmpty ? patch : Self.quoting(unread, in: patch)
    }

    /// The patch with these paths in quotes where a file's part begins.
    private static func quoting(_ paths: [Data], in patch: Data) -> Data {
        let headers = Dictionary(
            uniqueKeysWithValues: paths.map { path -> (Data, Data) in
                let (old, new) = (Data("a/".utf8) + path, Data("b/".utf8) + path)
                return (
                    Data("diff --git ".utf8) + old + Data(" ".utf8) + new,
                    Data("diff --git \(TreePath.quoted(old)) \(TreePath.quoted(new))".utf8)
                )
            }
        )
        let lines = patch.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        return Data(lines.map { headers[Data($0)] ?? Data($0) }.joined(separator: [UInt8(ascii: "\n")]))
    }

    /// The tree that a patch makes of another, worked out in an index of ours.
    ///
    /// - Returns: nil when the patch does not apply.
    public func apply(_ patch: Data, to tree: String) async throws -> String? {
        do {
            return try await applied(patch, to: tree)
        } catch GitError.failed(let arguments, _) where arguments.first == "apply" {
            return nil
        }
    }

    private func applied(_ patch: Data, to tree: String) async throws -> String {
        try await withIndex { index in
            try await index.output(["read-tree", tree])
            if !patch.isEmpty {
                try await index.output(
                    ["apply", "--cached", "--whitespace=nowarn", "--no-ignore-whitespace", "-"],
                    input: patch
                )
            }
            return try await index.line(["write-tree", "--missing-ok"])
        }
    }

    /// The files that differ between two trees, by path.
    public func changes(from: String, to: String) async throws -> [TreeChange] {
        let listing = try await git.output(["diff-tree", "-r", "-z", "--no-renames", "--name-status", from, to])
        let words = listing.split(separator: 0)
        return stride(from: 0, to: words.count - 1, by: 2).map {
            TreeChange(rawPath: Data(words[$0 + 1]), status: String(decoding: words[$0], as: UTF8.self))
        }
    }

    /// The commit that a revision names; nil when there is none.
    public func commit(of revision: String) async throws -> String? { try await object(revision, "commit") }

    /// The tree that a revision names; nil when there is none.
    public func tree(of revision: String) async throws -> String? { try await object(revision, "tree") }

    /// The tree of a commit; where there is no commit, the one without files.
    public func tree(of commit: String?) async throws -> String? {
        guard let commit else { return try await emptyTree }
        return try await object(commit, "tree")
    }

    private func object(_ revision: String, _ kind: String) async throws -> String? {
        let result = try await git.run(["rev-parse", "--verify", "-q", "--end-of-options", "\(revision)^{\(kind)}"])
        return result.succeeded ? String(result.text.dropLast()) : nil
    }
}
