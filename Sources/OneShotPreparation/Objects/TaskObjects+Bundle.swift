import Foundation
import OneShotCore
import OneShotGit

extension TaskObjects {
    /// Writes a bundle with one ref, `refs/heads/main`, one commit without parents, and the objects of `tree`. The
    /// same tree gives the same bytes, however the objects are stored at their source.
    ///
    /// - Returns: the commit.
    func writeBundle(of tree: String, to url: URL) async throws -> String {
        let commit = try await git.line(["commit-tree", tree, "-m", "Start of the task"])
        try await git.output(["update-ref", "refs/heads/main", commit])
        // `git bundle` would take over deltas and compressed objects as it finds them.
        let base = directory.appendingPathComponent("start-\(UUID().uuidString.prefix(8))")
        let name = try await git.line(
            ["pack-objects", "-q", "--revs", "--window=0", "--no-reuse-delta", "--no-reuse-object", base.path],
            input: Data("refs/heads/main\n".utf8)
        )
        // The format: gitformat-bundle(5).
        let version = objectFormat == "sha1" ? "# v2 git bundle\n" : "# v3 git bundle\n@object-format=\(objectFormat)\n"
        let header = Data("\(version)\(commit) refs/heads/main\n\n".utf8)
        let pack = URL(fileURLWithPath: "\(base.path)-\(name).pack")
        try AtomicFile.write(header + Data(contentsOf: pack, options: .alwaysMapped), to: url)
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
