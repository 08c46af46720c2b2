import Foundation
import OneShotCore
import OneShotProcess

/// A snapshot of a task that has been kept.
public struct KeptSnapshot: Sendable, Equatable {
    /// Its name in the task, such as `start` or `states/3`.
    public var name: String
    public var commit: String
    public var tree: String
    /// The first line of its message.
    public var subject: String
}

extension SnapshotStore {
    /// The snapshots of a task, by name.
    public func kept(of taskID: String) async throws -> [KeptSnapshot] {
        let prefix = "refs/oneshot/\(taskID)/"
        let format = "--format=%(refname)%00%(objectname)%00%(tree)%00%(contents:subject)"
        return try await git.line(["for-each-ref", format, prefix]).split(separator: "\n").compactMap { line in
            let words = line.split(separator: "\0", omittingEmptySubsequences: false).map(String.init)
            guard words.count == 4, words[0].hasPrefix(prefix) else { return nil }
            return KeptSnapshot(
                name: String(words[0].dropFirst(prefix.count)),
                commit: words[1],
                tree: words[2],
                subject: words[3]
            )
        }
    }

    /// What is ignored, and so is no part of a snapshot: files, and directories with a slash behind them. It writes to
    /// the store for a moment, as a snapshot does.
    public func ignoredPaths(excluding excluded: [String]) async throws -> [String] {
        let settings = WorkingTreeSettings(listing: try await repository.git.output(["config", "-z", "--list"]))
        let listing = try await WorkingTreeSettings.borrowing(from: repository, in: directory) {
            try await PrivateIndex(of: self, settings: settings).git.output([
                "ls-files", "-z", "--others", "--ignored", "--exclude-standard", "--directory",
            ])
        }
        let excluded = excluded.map { $0 + "/" }
        return listing.split(separator: 0).map { TreePath.text(Data($0)) }
            .filter { path in !excluded.contains { path.hasPrefix($0) } }
    }
}
