public import Foundation
import OneShotCore
import OneShotGit

extension TaskCapture {
    /// Makes a task of a patch on a commit. The working tree is not looked at.
    ///
    /// - Parameters:
    ///   - file: what `git diff` or `git format-patch` wrote.
    ///   - base: the commit that it is made for.
    ///   - words: without a title and an instruction those are the patch's subject and message, where it has them.
    /// - Throws: ``SourceError``, ``CaptureError``, ``GitError``, ``FileError``.
    public func create(
        fromPatch file: URL,
        base: String,
        words: SourceWords = SourceWords(),
        in directory: URL,
        now: Date = Date()
    ) async throws -> CapturedTask {
        let repository = try await Repository.containing(directory)
        guard let patch = try? Data(contentsOf: file) else { throw SourceError.patchUnreadable(path: file.path) }
        guard let commit = try await repository.commit(of: base) else {
            throw CaptureError.unknownRevision(base, repository: repository.top.path)
        }
        let said = CommitWords(PatchLetter.messages(in: patch))
        let session = try await session(words.sessionID)
        let drafts = words.instruction == nil && session == nil
        let work = FinishedWork(
            start: commit,
            startCommit: commit,
            end: .patch(patch),
            endCommit: commit,
            kind: .patch,
            firstWords: session == nil && !said.verbatim.isEmpty ? said.verbatim : nil,
            paragraphs: drafts ? said.paragraphs : [],
            session: session
        )
        let request = try words.request(
            title: said.subjects.first ?? file.deletingPathExtension().lastPathComponent,
            instruction: drafts ? said.instruction : nil
        )
        do {
            return try await create(work, request: request, summary: words.summary, in: repository, now: now) {
                source in
                guard source.task.snapshot.tree != source.end.tree else {
                    throw SourceError.patchChangesNothing(path: file.path)
                }
            }
        } catch GitError.failed(let arguments, let message) where arguments.first == "apply" {
            throw SourceError.patchDoesNotApply(path: file.path, base: base, reason: message)
        }
    }
}

/// The messages in front of the patches of a `git format-patch` file.
enum PatchLetter {
    static func messages(in patch: Data) -> [CommitWords.Message] {
        var messages: [CommitWords.Message] = []
        var lines: [String] = []
        enum Part { case patch, head, subject, body }
        var part = Part.patch
        for line in String(decoding: patch, as: UTF8.self).textLines {
            switch part {
            case .patch, .body:
                if line.hasPrefix("From "), line.split(separator: " ").dropFirst().first?.count ?? 0 >= 40 {
                    part = .head
                    lines = []
                } else if part == .body {
                    if line == "---" || line.hasPrefix("diff --git ") {
                        messages.append(.init(commit: "", text: lines.joined(separator: "\n")))
                        part = .patch
                    } else {
                        lines.append(line)
                    }
                }
            case .head, .subject:
                if line.isEmpty {
                    part = .body
                    lines.append("")
                } else if line.hasPrefix("Subject: ") {
                    part = .subject
                    lines = [subject(String(line.dropFirst("Subject: ".count)))]
                } else if part == .subject, line.first == " " {
                    lines[0] += line
                } else {
                    part = .head
                }
            }
        }
        return messages
    }

    /// Without `[PATCH 1/2]`.
    private static func subject(_ text: String) -> String {
        guard text.hasPrefix("["), let end = text.firstIndex(of: "]") else { return text }
        return String(text[text.index(after: end)...].drop { $0 == " " })
    }
}
