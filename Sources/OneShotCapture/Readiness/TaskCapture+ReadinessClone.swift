import Foundation
import OneShotGit
import OneShotProcess

extension TaskCapture {
    /// Who commits here, and what of the repository is not on this machine.
    func cloneFindings(in repository: Repository) async throws -> [Readiness.Finding] {
        var findings: [Readiness.Finding] = []
        if try await !repository.hasIdentity() {
            findings.append(
                .init(
                    "identity_missing",
                    .warning,
                    "git knows no name and address for you, so an agent cannot commit here",
                    remedy: "git config user.name 'Your Name' && git config user.email you@example.com"
                )
            )
        }
        let pointers = try await repository.unfetchedLargeFiles()
        if !pointers.isEmpty {
            findings.append(
                .init(
                    "lfs_not_fetched",
                    .warning,
                    "\(Self.list(pointers)): a pointer of Git LFS instead of the file; the task would hold the pointer",
                    remedy: "git lfs pull"
                )
            )
        }
        if !repository.shallowCommits().isEmpty {
            findings.append(
                .init(
                    "shallow_clone",
                    .info,
                    "this clone leaves out older commits; a task can only begin at those that are here",
                    remedy: "git fetch --unshallow"
                )
            )
        }
        let missing = try await repository.missingObjects()
        if missing > 0 {
            findings.append(
                .init(
                    "missing_objects",
                    .warning,
                    "\(missing) object\(missing == 1 ? "" : "s") of HEAD were left out of this partial clone; a task that "
                        + "needs them cannot be prepared",
                    remedy: "git fetch --refetch --no-filter"
                )
            )
        }
        return findings
    }
}

extension Repository {
    /// Whether a commit would find a name and an address without guessing them.
    func hasIdentity() async throws -> Bool {
        try await git.run(["-c", "user.useConfigOnly=true", "var", "GIT_COMMITTER_IDENT"]).succeeded
    }

    /// Tracked files that attributes give to Git LFS and that are still its pointers
    /// (https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md).
    func unfetchedLargeFiles() async throws -> [String] {
        let listing = try await git.output(["ls-files", "-z", "--", ":(top,attr:filter=lfs)"])
        let mark = Data("version https://git-lfs.github.com/spec/".utf8)
        return listing.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }.filter { path in
            guard let file = try? FileHandle(forReadingFrom: top.appendingPathComponent(path)) else { return false }
            defer { try? file.close() }
            return (try? file.read(upToCount: mark.count)) == mark
        }
    }

    /// How many objects of HEAD a partial clone has not fetched.
    func missingObjects() async throws -> Int {
        let promisors = try await git.run([
            "config", "--get-regexp", #"^(extensions\.partialclone|remote\..*\.promisor)$"#,
        ])
        guard promisors.succeeded, try await commit(of: "HEAD") != nil else { return 0 }
        let listing = try await git.run(["rev-list", "--objects", "--no-walk", "--missing=print", "HEAD"])
        return listing.standardOutput.split(separator: UInt8(ascii: "\n")).count { $0.first == UInt8(ascii: "?") }
    }
}
