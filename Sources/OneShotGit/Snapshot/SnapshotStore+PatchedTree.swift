public import Foundation

extension SnapshotStore {
    /// The tree that somebody's patch makes of another, worked out in an index of ours.
    ///
    /// - Throws: ``GitError/failed(arguments:message:)`` of `apply` with git's reason when it does not apply.
    public func patchedTree(_ patch: Data, on tree: String) async throws -> String {
        try await withIndex { index in
            try await index.output(["read-tree", tree])
            try await index.output(["apply", "--cached", "--whitespace=nowarn", "-"], input: patch)
            return try await index.line(["write-tree", "--missing-ok"])
        }
    }

    /// A snapshot without files: what there is before a first commit.
    public func snapshotOfNothing(message: String, date: Date) async throws -> TreeSnapshot {
        try await snapshot(of: try await emptyTree, message: message, date: date)
    }
}
