import Foundation
public import OneShotCore

/// Why a task cannot be made of work that is done already, and which command to use instead.
public enum SourceError: OneShotError, Equatable {
    case badRange(String)
    /// Neither commit is an ancestor of the other.
    case diverged(range: String, mergeBase: String?)
    case emptyRange(String)
    /// The parents of the commit are not in this clone.
    case shallow(commit: String)
    case patchUnreadable(path: String)
    case patchDoesNotApply(path: String, base: String, reason: String)
    case patchChangesNothing(path: String)
    case sessionDone(session: String, task: String)
    case sessionWithoutRepository(session: String)
    case repositoryGone(session: String, directory: String)
    case sessionWithoutCommit(session: String, directory: String)
    case commitMissing(commit: String, repository: String)
    case sessionChangedNothing(session: String, commit: String)
    case badReference(String)
    case badForgeFile(path: String, problem: String)
    case otherNumber(path: String, found: String, wanted: String)
    case issueWithoutCommits(String)
    case commitsNotHere(commits: [String], fetch: String)
    case noForgeAnswer(String, reason: String)

    public var description: String {
        switch self {
        case .badRange(let text):
            "'\(text)' is no range of commits; write A..B, or one commit for what it alone changed"
        case .diverged(let range, let base):
            "\(range): the second commit does not contain the first"
                + (base.map { "; they part at \($0.prefix(12)): write \($0.prefix(12))..\(Self.end(of: range))" }
                    ?? " and they have nothing in common; choose commits of one history")
        case .emptyRange(let text): "\(text) changes no file; choose another range, see 'git log --stat'"
        case .shallow(let commit):
            "what came before \(commit.prefix(12)) is not in this shallow clone; run 'git fetch --unshallow'"
        case .patchUnreadable(let path): "cannot read \(path); give a file that 'git diff' or 'git format-patch' wrote"
        case .patchDoesNotApply(let path, let base, let reason):
            "\(path) does not apply to \(base) (\(reason)); name the commit that it was made for with '--base REV'"
        case .patchChangesNothing(let path): "\(path) holds no change; give a file that 'git diff' wrote"
        case .sessionDone(let session, let task):
            "session \(session) is task \(task) already; see 'oneshot task show \(task)'"
        case .sessionWithoutRepository(let session):
            "session \(session) does not say where it worked; name the repository with '-C DIR' and the commit before the "
                + "work with '--base REV'"
        case .repositoryGone(let session, let directory):
            "session \(session) worked in \(directory), which is no git repository here; name its new place with '-C DIR'"
        case .sessionWithoutCommit(let session, let directory):
            "session \(session) does not say at which commit it began, and the reflog of \(directory) does not reach back to "
                + "it; name the commit with '--base REV', or use 'oneshot task from-commits A..B --session \(session)'"
        case .commitMissing(let commit, let repository):
            "commit \(commit) is not in \(repository); fetch it, or name the commit before the work with '--base REV'"
        case .sessionChangedNothing(let session, let commit):
            "the working tree is what it was at \(commit.prefix(12)), when session \(session) began; if its work was "
                + "committed elsewhere, use 'oneshot task from-commits A..B --session \(session)'"
        case .badReference(let text): "'\(text)' names no issue; write owner/name#N"
        case .badForgeFile(let path, let problem):
            "\(path): \(problem); save what GET /repos/OWNER/NAME/issues/N or …/pulls/N answers"
        case .otherNumber(let path, let found, let wanted):
            "\(path) holds \(found) and not \(wanted); name the one that it holds"
        case .issueWithoutCommits(let reference):
            "\(reference) is an issue, which has no commits; name those that close it with '--commits A..B', or the pull "
                + "request with '--pull N'"
        case .commitsNotHere(let commits, let fetch):
            "\(commits.map { String($0.prefix(12)) }.joined(separator: " and ")) \(commits.count == 1 ? "is" : "are") not in "
                + "this repository; run '\(fetch)'"
        case .noForgeAnswer(let reference, let reason):
            "\(reference) cannot be read: \(reason); set GITHUB_TOKEN for a private repository, or save the answer and name "
                + "it with '--from FILE'"
        }
    }

    private static func end(of range: String) -> String {
        range.components(separatedBy: "..").last.map { $0.isEmpty ? "HEAD" : $0 } ?? range
    }

    public var exitCode: ExitCode {
        switch self {
        case .commitsNotHere, .noForgeAnswer, .shallow, .repositoryGone: .environment
        case .sessionDone, .sessionChangedNothing, .emptyRange: .negative
        default: .usage
        }
    }
}
