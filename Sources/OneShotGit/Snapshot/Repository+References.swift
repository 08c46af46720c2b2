import Foundation
import OneShotCore
import OneShotProcess

extension Repository {
    /// Makes a ref of ours to a commit of the person's, so that git does not collect it, without a reflog. Making the
    /// same ref again does nothing; one that names another commit is moved.
    ///
    /// - Throws: ``GitError``, ``GitError/linkedReferences(path:)``.
    public func setReference(_ name: String, to commit: String) async throws {
        let ours = commonDirectory.appendingPathComponent("refs/oneshot")
        var facts = stat()
        if lstat(ours.path, &facts) == 0, facts.st_mode & S_IFMT == S_IFLNK {
            throw GitError.linkedReferences(path: ours.path)
        }
        try await git.output(["-c", "core.logAllRefUpdates=false", "update-ref", "--no-deref", name, commit])
    }

    /// Removes a ref of ours; nothing happens when it is not there.
    public func deleteReference(_ name: String) async throws {
        try await git.output(["update-ref", "--no-deref", "-d", name])
    }

    /// The commit that a revision names; nil when there is none.
    public func commit(of revision: String) async throws -> String? {
        let result = try await git.run(["rev-parse", "--verify", "-q", "--end-of-options", "\(revision)^{commit}"])
        return result.succeeded ? String(result.text.dropLast()) : nil
    }

    /// The tree that a revision names; nil when there is none.
    public func tree(of revision: String) async throws -> String? {
        let result = try await git.run(["rev-parse", "--verify", "-q", "--end-of-options", "\(revision)^{tree}"])
        return result.succeeded ? String(result.text.dropLast()) : nil
    }
}
