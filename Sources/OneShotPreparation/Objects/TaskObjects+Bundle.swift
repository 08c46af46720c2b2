import Foundation
import OneShotCore
import OneShotGit

extension TaskObjects {
    /// Writes a bundle with one ref, `refs/heads/main`, one commit without parents, and the objects of `tree`. The
    /// same tree gives the same commit.
    ///
    /// - Returns: the commit.
    func writeBundle(of tree: String, to url: URL) async throws -> String {
        let commit = try await git.line(["commit-tree", tree, "-m", "Start of the task"])
        try await git.output(["update-ref", "refs/heads/main", commit])
        try await git.output(["bundle", "create", "-q", url.path, "refs/heads/main"])
        return commit
    }

    /// Unpacks a bundle into a repository that sees nothing else and looks at every object in it.
    ///
    /// - Parameter forbidden: object ids that must not be there.
    /// - Throws: ``PreparationError/leak(object:)`` for an object that `commit` does not need, or a forbidden one.
    static func verify(
        bundle: URL,
        commit: String,
        objectFormat: String,
        forbidden: Set<String>,
        in directory: URL
    ) async throws {
        let fresh = try await TaskObjects(at: directory, objectFormat: objectFormat, seeing: [])
        let heads = try await fresh.git.line(["bundle", "unbundle", bundle.path])
        guard heads == "\(commit) refs/heads/main" else { throw PreparationError.leak(object: heads) }
        try await fresh.git.output(["update-ref", "refs/heads/main", commit])
        let present = try await fresh.ids(["cat-file", "--batch-all-objects", "--batch-check=%(objectname)"])
        let needed = try await fresh.ids(["rev-list", "--objects", "--no-object-names", "refs/heads/main"])
        if let extra = present.subtracting(needed).union(present.intersection(forbidden)).min() {
            throw PreparationError.leak(object: extra)
        }
    }

    private func ids(_ arguments: [String]) async throws -> Set<String> {
        Set(try await git.line(arguments).split(separator: "\n").map(String.init))
    }
}
