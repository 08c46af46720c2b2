import Foundation
import OneShotCore
import OneShotProcess

/// Files of ours that belong to the sandbox's user while the sandbox is there. Where we are not root the sandbox's user
/// is ourselves and nothing needs to be lent.
struct Loan: Sendable, Equatable {
    let path: String
    let owner: uid_t
    let group: gid_t

    /// Gives the file, or the directory with everything in it, to the user `user`.
    ///
    /// - Throws: ``FileError/unreadable(path:reason:)``, ``ProcessError``.
    static func lend(_ url: URL, to user: uid_t) async throws -> Loan? {
        var status = stat()
        guard lstat(url.path, &status) == 0 else {
            throw FileError.unreadable(path: url.path, reason: String(cString: strerror(errno)))
        }
        guard geteuid() == 0, status.st_uid != user else { return nil }
        try await change(url.path, user, user)
        return Loan(path: url.path, owner: status.st_uid, group: status.st_gid)
    }

    /// Gives everything back to the owner that the file or directory itself had.
    func giveBack() async throws {
        guard FileManager.default.fileExists(atPath: path) else { return }
        try await Self.change(path, owner, group)
    }

    /// Symbolic links are changed themselves, never followed: what is inside may have been made by an agent.
    private static func change(_ path: String, _ user: uid_t, _ group: gid_t) async throws {
        try await Command("chown", ["-hRP", "\(user):\(group)", "--", path]).runChecked()
    }
}
