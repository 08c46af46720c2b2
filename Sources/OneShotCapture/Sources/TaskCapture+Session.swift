public import Foundation
import OneShotCore
import OneShotGit
import OneShotProcess
import OneShotSessions
import OneShotStore

extension TaskCapture {
    /// Makes a task of a session for which nobody ended one.
    ///
    /// What was open under the session's id is ended, and so is what was open without a session in the session's
    /// repository when it began: its snapshots say where the work starts. Else the work is what lies between the commit at which the session
    /// began, which it names or which the reflog has, and the working tree as it is now.
    ///
    /// - Parameters:
    ///   - base: the commit before the work, where that is known better.
    ///   - directory: of the repository; nil for the one that the session names.
    /// - Throws: ``SourceError``, `SessionError`, ``CaptureError``, ``GitError``, ``FileError``.
    public func create(
        fromSession id: String,
        base: String? = nil,
        words: SourceWords = SourceWords(),
        in directory: URL? = nil,
        now: Date = Date()
    ) async throws -> CapturedTask {
        guard let session = try await session(id) else { throw SessionError.unknown(id: id) }
        let names = Set([session.sessionID] + session.agentSessionIDs)
        if base == nil {
            if let task = await openTask(of: session, names: names, in: directory) {
                return try await end(task, session: session.sessionID, words: words)
            }
            if let task = try writtenTask(of: names) {
                throw SourceError.sessionDone(session: session.sessionID, task: task)
            }
        }
        let repository = try await repository(of: session, directory)
        let commit = try await start(of: session, base: base, in: repository)
        let said = PersonsRequest(told: words.instruction, said: PersonsRequest.messages(of: session))
        let request = try words.request(
            title: said.work.isEmpty ? "Session \(session.sessionID)" : TaskRequest.title(of: said.work),
            instruction: nil
        )
        let work = FinishedWork(
            start: commit,
            startCommit: commit,
            end: .workingTree,
            kind: .session,
            session: session,
            findings: [
                "the start is commit \(commit.prefix(12)) as it was committed: what was not committed when the session "
                    + "began, and what was changed after it ended, counts as its work"
            ]
        )
        return try await create(work, request: request, summary: words.summary, in: repository, now: now) { source in
            guard source.task.snapshot.tree != source.end.tree else {
                throw SourceError.sessionChangedNothing(session: session.sessionID, commit: commit)
            }
        }
    }

    /// The recorded or imported session of this id; nil for no id.
    func session(_ id: String?) async throws -> Session? {
        guard let id else { return nil }
        if let recorded = try await RecordedSession(workspace: workspace, grace: .zero).session(id) { return recorded }
        do {
            return try await SessionArchive(workspace).session(id)
        } catch StoreError.absent where FileManager.default.fileExists(atPath: workspace.rawDatabase.path) {
            // Something was recorded, but not this.
            throw SessionError.unknown(id: id)
        }
    }

    private func openTask(of session: Session, names: Set<String>, in directory: URL?) async -> OpenTask? {
        if let task = openTasks().first(where: { $0.sessionID.map(names.contains) ?? false }) { return task }
        guard let top = try? await repository(of: session, directory).top.path,
            let begun = Timestamp.milliseconds(iso: session.createdAt)
        else { return nil }
        return openTasks().first { task in
            guard task.sessionID == nil, task.repository == top,
                let opened = Timestamp.milliseconds(iso: task.startedAt)
            else { return false }
            return opened <= begun
        }
    }

    private func end(_ task: OpenTask, session: String, words: SourceWords) async throws -> CapturedTask {
        let directory = URL(fileURLWithPath: task.repository, isDirectory: true)
        let repository = try await Repository.containing(directory)
        let request = try words.request(title: task.title, instruction: task.instruction, labels: task.labels)
        try await open.withLock(on: repository) {
            guard var task = try open.load(for: repository) else {
                throw CaptureError.nothingOpen(repository: repository.top.path)
            }
            task.title = words.title == nil ? task.title : request.title
            task.instruction = request.instruction
            task.notes = words.notes.isEmpty ? task.notes : request.notes
            task.labels = request.labels
            try open.save(task, for: repository)
        }
        return try await end(summary: words.summary, in: directory, sessionID: session)
    }

    /// The created task that has this session.
    private func writtenTask(of names: Set<String>) throws -> String? {
        try createdTasks().first { entry in
            let file = CreatedTaskLayout(directory: entry.directory).sessionID
            let id = (try? String(contentsOf: file, encoding: .utf8))?.trimmingBlanks ?? ""
            return names.contains(id)
        }?.taskID
    }

    private func repository(of session: Session, _ directory: URL?) async throws -> Repository {
        if let directory { return try await Repository.containing(directory) }
        guard let path = session.repository?.directory, path.hasPrefix("/") else {
            throw SourceError.sessionWithoutRepository(session: session.sessionID)
        }
        do {
            return try await Repository.containing(URL(fileURLWithPath: path, isDirectory: true))
        } catch is GitError {
            throw SourceError.repositoryGone(session: session.sessionID, directory: path)
        }
    }

    /// The commit at which the session began.
    private func start(of session: Session, base: String?, in repository: Repository) async throws -> String {
        if let base {
            guard let commit = try await repository.commit(of: base) else {
                throw CaptureError.unknownRevision(base, repository: repository.top.path)
            }
            return commit
        }
        if let told = session.repository?.commit, !told.isEmpty {
            let isID = told.allSatisfy { $0.isHexDigit }
            guard isID, let commit = try await repository.commit(of: told) else {
                throw SourceError.commitMissing(commit: told, repository: repository.top.path)
            }
            return commit
        }
        let begun = Timestamp.milliseconds(iso: session.createdAt)
        guard let begun, let commit = try await repository.head(atMilliseconds: begun) else {
            throw SourceError.sessionWithoutCommit(session: session.sessionID, directory: repository.top.path)
        }
        return commit
    }
}

extension Repository {
    /// Where HEAD was at a time, as its reflog has it; nil where that does not reach back so far.
    func head(atMilliseconds milliseconds: Int64) async throws -> String? {
        let log = try await git.run(["log", "--walk-reflogs", "--date=unix", "--format=%H %gd", "HEAD"])
        guard log.succeeded else { return nil }
        for line in log.text.split(separator: "\n") {
            let parts = line.split(separator: " ")
            guard parts.count == 2, let open = parts[1].firstIndex(of: "{"),
                let time = Double(parts[1][parts[1].index(after: open)...].dropLast())
            else { continue }
            // The newest first.
            if time * 1000 <= Double(milliseconds) { return String(parts[0]) }
        }
        return nil
    }
}
