public import Foundation
import OneShotCore
import OneShotProcess

/// A file that differs between two trees.
public struct TreeChange: Sendable, Equatable {
    /// Below the top of the working tree; bytes that are not UTF-8 are repaired.
    public var path: String
    /// Git's letter: `A`, `M`, `D` or `T` (a file that became a symbolic link, a submodule, or the other way round).
    public var status: String

    public init(path: String, status: String) {
        self.path = path
        self.status = status
    }
}

extension Repository {
    /// The binary-safe patch that leads from one tree to another; the person's diff settings have no say in it.
    ///
    /// - Throws: ``GitError/inexactPatch(from:to:)`` when git does not get from the one to the other with it.
    public func patch(from: String, to: String) async throws -> Data {
        let patch = try await git.output([
            "-c", "diff.suppressBlankEmpty=false", "-c", "diff.indentHeuristic=true",
            "diff-tree", "-r", "-p", "--binary", "--full-index", "--no-renames", "--no-color", "--no-ext-diff",
            "--no-textconv", "--submodule=short", "--ignore-submodules=none", "--src-prefix=a/", "--dst-prefix=b/",
            from, to,
        ])
        guard try await apply(patch, to: from) == tree(of: to) else {
            throw GitError.inexactPatch(from: from, to: to)
        }
        return patch
    }

    /// The tree that a patch makes of another, worked out in an index of ours.
    ///
    /// - Returns: nil when the patch does not apply.
    public func apply(_ patch: Data, to tree: String) async throws -> String? {
        try await withPrivateDirectory { directory in
            let index = try await PrivateIndex(of: self, in: directory)
            try await index.git.output(["read-tree", tree])
            if !patch.isEmpty {
                let result = try await index.git.run(
                    ["apply", "--cached", "--whitespace=nowarn", "--no-ignore-whitespace", "-"],
                    input: patch
                )
                guard result.succeeded else { return nil }
            }
            return try await index.writeTree()
        }
    }

    /// The files that differ between two trees, by path.
    public func changes(from: String, to: String) async throws -> [TreeChange] {
        let listing = try await git.output(["diff-tree", "-r", "-z", "--no-renames", "--name-status", from, to])
        let words = listing.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
        return stride(from: 0, to: words.count - 1, by: 2).map { TreeChange(path: words[$0 + 1], status: words[$0]) }
    }
}
