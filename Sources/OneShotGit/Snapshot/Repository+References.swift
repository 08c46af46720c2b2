import Foundation
import OneShotCore
import OneShotProcess

extension Repository {
    /// Makes a ref of ours that keeps a snapshot alive, without a reflog. Making the same ref again does nothing.
    ///
    /// - Parameter replacing: whether a ref of this name that names another commit is moved; else that is an error.
    public func setReference(_ name: String, to commit: String, replacing: Bool = false) async throws {
        if try await self.commit(of: name) == commit { return }
        let arguments = ["-c", "core.logAllRefUpdates=false", "update-ref", "--no-deref", name, commit]
        try await git.output(arguments + (replacing ? [] : [""]))
    }

    /// Removes a ref of ours; its objects go when git next collects what nothing refers to.
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
