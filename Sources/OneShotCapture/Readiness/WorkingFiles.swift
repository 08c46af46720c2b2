import Foundation
import OneShotGit
import OneShotProcess

/// The files of a working tree as git lists them.
struct WorkingFiles: Sendable {
    var tracked: [String]
    /// Neither tracked nor ignored; repositories inside the working tree end with a slash.
    var untracked: [String]
    /// Tracked, and different from the index: what a snapshot reads, besides those that are untracked.
    var modified: [String]
    var unreadableDirectories: [String]

    var changed: [String] { modified + untracked.filter { !$0.hasSuffix("/") } }

    /// - Parameter excluded: directories of ours.
    static func list(in repository: Repository, excluding excluded: [String]) async throws -> WorkingFiles {
        let git = try await repository.gitWithoutFilters()
        func list(_ options: [String]) async throws -> (paths: [String], errors: String) {
            let result = try await git.run(["ls-files", "-z"] + options)
            let paths = result.standardOutput.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
            return (
                paths.filter { path in !excluded.contains { path == $0 || path.hasPrefix($0 + "/") } },
                result.errorText
            )
        }
        let untracked = try await list(["--others", "--exclude-standard"])
        return WorkingFiles(
            tracked: try await list([]).paths,
            untracked: untracked.paths,
            modified: Array(Set(try await list(["--modified"]).paths)).sorted(),
            unreadableDirectories: untracked.errors.split(separator: "\n").compactMap { line in
                line.firstMatch(of: #/could not open directory '(.+?)/?': /#).map { String($0.1) }
            }
        )
    }
}
