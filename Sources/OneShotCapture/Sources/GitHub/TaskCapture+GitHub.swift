public import Foundation
import OneShotCore
import OneShotGit
import OneShotProcess

extension TaskCapture {
    /// Makes a task of an issue or a pull request: its words, and commits that are in the local repository.
    ///
    /// - Parameters:
    ///   - pull: the pull request that closes the issue.
    ///   - commits: the range that closes it, as ``create(fromCommits:words:in:now:)`` reads one.
    /// - Throws: ``SourceError``, ``CaptureError``, `ClientError`, ``GitError``, ``FileError``.
    public func create(
        fromGitHub reference: ForgeReference,
        at forge: Forge,
        pull: Int? = nil,
        commits: String? = nil,
        words: SourceWords = SourceWords(),
        in directory: URL,
        now: Date = Date()
    ) async throws -> CapturedTask {
        let repository = try await Repository.containing(directory)
        let threads = try await forge.threads(for: reference, pull: pull)
        guard let asked = threads.first(where: { $0.number == reference.number }) else {
            throw SourceError.otherNumber(
                path: "the answer",
                found: threads.map { "#\($0.number)" }.joined(separator: ", "),
                wanted: reference.description
            )
        }
        let range: CommitRange
        if let commits {
            range = try await CommitRange.resolve(commits, in: repository)
        } else {
            let solving = threads.first { $0.pull != nil && (pull == nil || $0.number == pull) }
            guard let solving, let request = solving.pull else {
                throw SourceError.issueWithoutCommits(reference.description)
            }
            range = try await Self.range(of: request, reference.with(number: solving.number), in: repository)
        }
        let issue = threads.first { !$0.isPull } ?? asked
        let session = try await session(words.sessionID)
        let drafts = words.instruction == nil
        let work = FinishedWork(
            start: range.start,
            startCommit: range.start,
            end: .revision(range.end),
            endCommit: range.end,
            kind: .github,
            firstWords: issue.verbatim,
            // An issue says what is wrong. A pull request often says how it was solved.
            paragraphs: drafts && issue.isPull ? CommitWords.paragraphs(of: issue.words) : [],
            session: session,
            commits: try await range.list(in: repository),
            url: issue.url
        )
        let request = try words.request(
            title: issue.title,
            instruction: issue.isPull || issue.words.isEmpty ? issue.title : issue.words,
            labels: issue.labels
        )
        return try await create(work, request: request, summary: words.summary, in: repository, now: now) { source in
            guard source.task.snapshot.tree != source.end.tree else {
                throw SourceError.emptyRange("\(range.start?.prefix(12) ?? "")..\(range.end.prefix(12))")
            }
        }
    }

    /// From where the pull request's branch parted to its end.
    private static func range(
        of pull: ForgeThread.Pull,
        _ reference: ForgeReference,
        in repository: Repository
    ) async throws -> CommitRange {
        let head = try await repository.commit(of: pull.head)
        let base = try await repository.commit(of: pull.base)
        guard let head, let base else {
            let remote = try await repository.remote(of: reference)
            let wanted =
                (head == nil ? ["refs/pull/\(reference.number)/head"] : []) + (base == nil ? [pull.baseBranch] : [])
            throw SourceError.commitsNotHere(
                commits: (head == nil ? [pull.head] : []) + (base == nil ? [pull.base] : []),
                fetch: "git fetch \(remote) \(wanted.joined(separator: " "))"
            )
        }
        var start = try await repository.mergeBase(of: base, head)
        // The base may have moved past the merge since.
        if start == head, let merge = pull.merge, let before = try await repository.commit(of: "\(merge)^") {
            start = try await repository.mergeBase(of: before, head)
        }
        guard let start else {
            throw SourceError.diverged(range: "\(pull.base)..\(pull.head)", mergeBase: nil)
        }
        return CommitRange(start: start, end: head)
    }
}

extension Repository {
    /// The name of the remote that leads to a repository on the forge, else its address.
    fileprivate func remote(of reference: ForgeReference) async throws -> String {
        let listing = try await git.run(["config", "--get-regexp", #"^remote\..*\.url$"#])
        let wanted = "\(reference.owner)/\(reference.name)".lowercased()
        for line in listing.text.split(separator: "\n") {
            let parts = line.split(separator: " ", maxSplits: 1)
            guard parts.count == 2 else { continue }
            let address = parts[1].lowercased()
            let path = address.hasSuffix(".git") ? address.dropLast(4) : address[...]
            if path.hasSuffix("/\(wanted)") || path.hasSuffix(":\(wanted)") {
                return String(parts[0].dropFirst("remote.".count).dropLast(".url".count))
            }
        }
        return "https://github.com/\(reference.owner)/\(reference.name).git"
    }
}
