public import Foundation
import OneShotCore
import OneShotGit
import OneShotProcess

extension TaskCapture {
    /// Makes a task of commits: what lies between the first and the last of them.
    ///
    /// - Parameters:
    ///   - range: `A..B`; `A...B` for what B adds to where the two part; one commit for what it alone changed.
    ///   - words: without an instruction it is drafted from the commit messages; paragraphs that quote the change are
    ///     kept out of it.
    /// - Throws: ``SourceError``, ``CaptureError/unknownRevision(_:repository:)``, ``GitError``, ``FileError``.
    public func create(
        fromCommits range: String,
        words: SourceWords = SourceWords(),
        in directory: URL,
        now: Date = Date()
    ) async throws -> CapturedTask {
        let repository = try await Repository.containing(directory)
        let commits = try await CommitRange.resolve(range, in: repository)
        let said = CommitWords(try await commits.messages(in: repository))
        let session = try await session(words.sessionID)
        let drafts = words.instruction == nil && session == nil
        let work = FinishedWork(
            start: commits.start,
            startCommit: commits.start,
            end: .revision(commits.end),
            endCommit: commits.end,
            kind: .commits,
            firstWords: session == nil ? said.verbatim : nil,
            paragraphs: drafts ? said.paragraphs : [],
            session: session,
            commits: try await commits.list(in: repository)
        )
        let request = try words.request(
            title: said.subjects.first ?? "Changes of \(range)",
            instruction: drafts ? said.instruction : nil
        )
        return try await create(work, request: request, summary: words.summary, in: repository, now: now) { source in
            guard source.task.snapshot.tree != source.end.tree else { throw SourceError.emptyRange(range) }
        }
    }
}

/// Commits from one to another that contains it.
struct CommitRange: Sendable, Equatable {
    /// Nil for the empty tree before a root commit.
    var start: String?
    var end: String

    static func resolve(_ text: String, in repository: Repository) async throws -> CommitRange {
        let isSymmetric = text.contains("...")
        let ends = text.components(separatedBy: isSymmetric ? "..." : "..")
        guard !text.hasPrefix("-"), ends.count <= 2, text != "..", text != "...", !text.isEmpty else {
            throw SourceError.badRange(text)
        }
        func commit(_ name: String) async throws -> String {
            let name = name.isEmpty ? "HEAD" : name
            guard let commit = try await repository.commit(of: name) else {
                throw CaptureError.unknownRevision(name, repository: repository.top.path)
            }
            return commit
        }
        guard ends.count == 2 else { return try await alone(try await commit(text), in: repository) }
        let (first, last) = (try await commit(ends[0]), try await commit(ends[1]))
        let base = try await repository.mergeBase(of: first, last)
        if isSymmetric, let base { return CommitRange(start: base, end: last) }
        guard base == first else { throw SourceError.diverged(range: text, mergeBase: base) }
        return CommitRange(start: first, end: last)
    }

    /// What one commit changed, against its first parent.
    private static func alone(_ commit: String, in repository: Repository) async throws -> CommitRange {
        if repository.shallowCommits().contains(commit) { throw SourceError.shallow(commit: commit) }
        return CommitRange(start: try await repository.commit(of: "\(commit)^"), end: commit)
    }

    private var revisions: [String] { [end] + (start.map { ["^\($0)"] } ?? []) }

    /// The oldest first.
    func list(in repository: Repository) async throws -> [String] {
        let listing = try await repository.git.line(["rev-list", "--reverse", "--topo-order"] + revisions)
        return listing.split(separator: "\n").map(String.init)
    }

    /// Of all but merges, which say nothing about the work; of merges where there is nothing else.
    func messages(in repository: Repository) async throws -> [CommitWords.Message] {
        func read(_ options: [String]) async throws -> [CommitWords.Message] {
            let arguments = ["log", "--reverse", "--topo-order", "-z", "--no-show-signature", "--encoding=UTF-8"]
            let log = try await repository.git.output(arguments + ["--format=%H%n%B"] + options + revisions)
            return log.split(separator: 0).map { entry in
                let text = String(decoding: entry, as: UTF8.self)
                let commit = text.prefix { !$0.isNewline }
                return .init(commit: String(commit), text: text.dropFirst(commit.count).trimmingBlanks)
            }
        }
        let plain = try await read(["--no-merges"])
        return plain.isEmpty ? try await read([]) : plain
    }
}

extension Repository {
    /// Where the histories of two commits part; nil where they have nothing in common.
    func mergeBase(of first: String, _ last: String) async throws -> String? {
        let result = try await git.run(["merge-base", first, last])
        return result.succeeded ? String(result.text.prefix { !$0.isNewline }) : nil
    }

    /// The commits whose parents a shallow clone leaves out.
    func shallowCommits() -> Set<String> {
        let file = commonDirectory.appendingPathComponent("shallow")
        let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
        return Set(text.split(whereSeparator: \.isNewline).map(String.init))
    }
}
