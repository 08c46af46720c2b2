import Foundation
import OneShotCore
import OneShotProcess

/// Where HEAD is.
public struct Head: Sendable, Equatable {
    /// Nil on an unborn branch.
    public var commit: String?
    /// The branch's short name; nil when HEAD is detached.
    public var branch: String?

    public init(commit: String?, branch: String?) {
        self.commit = commit
        self.branch = branch
    }
}

extension Repository {
    public func head() async throws -> Head {
        let branch = try await git.run(["symbolic-ref", "--short", "-q", "HEAD"])
        return Head(
            commit: try await commit(of: "HEAD"),
            branch: branch.succeeded ? String(branch.text.dropLast()) : nil
        )
    }

    /// The address of the remote that `branch` follows, without credentials; empty where there is none that others
    /// could reach.
    public func upstreamURL(of branch: String?) async throws -> String {
        guard let branch else { return "" }
        let remote = try await git.run(["config", "--get", "branch.\(branch).remote"])
        let name = String(remote.text.dropLast())
        guard remote.succeeded, !name.isEmpty, name != "." else { return "" }
        // Not 'git remote get-url': what a person's insteadOf makes of an address may hold their token.
        let url = try await git.run(["config", "--get", "remote.\(name).url"])
        return RemoteAddress.shareable(url.succeeded ? String(url.text.dropLast()) : name)
    }
}
