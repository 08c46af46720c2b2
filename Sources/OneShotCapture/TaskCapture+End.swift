public import Foundation
import OneShotCore
import OneShotGit
import OneShotRedaction
import OneShotSessions

extension TaskCapture {
    /// Ends the open task: takes the second snapshot and writes the created task, whole or not at all.
    ///
    /// - Parameters:
    ///   - summary: what was done, for people; the agent that is given the task never sees it.
    ///   - sessionID: the agent's own session id or the run id, where the start did not know it.
    /// - Throws: ``CaptureError/nothingOpen(repository:)``, ``CaptureError/snapshotLost(taskID:commit:)``,
    ///   ``GitError``, ``FileError``; the task stays open.
    public func end(summary: String, in directory: URL, sessionID: String? = nil) async throws -> CapturedTask {
        let repository = try await Repository.containing(directory)
        return try await open.withLock(on: repository) {
            guard var task = try open.load(for: repository) else {
                throw CaptureError.nothingOpen(repository: repository.top.path)
            }
            if isWritten(task) {
                open.remove(taskID: task.taskID, of: repository)
                return try finished(task)
            }
            task.sessionID = task.sessionID ?? sessionID
            let captured = try await write(task, summary: summary, in: repository)
            open.remove(taskID: task.taskID, of: repository)
            return captured
        }
    }

    func write(_ task: OpenTask, summary: String, in repository: Repository) async throws -> CapturedTask {
        guard try await repository.commit(of: task.snapshot.commit) != nil else {
            throw CaptureError.snapshotLost(taskID: task.taskID, commit: task.snapshot.commit)
        }
        try await repository.setReference(task.snapshot.ref, to: task.snapshot.commit)
        let end = try await repository.snapshot(
            message: "End of \(task.taskID)",
            date: Date(),
            excluding: excludedPaths(in: repository)
        )
        let reference = OpenTask.reference(task.taskID, "end")
        try await repository.setReference(reference, to: end.commit, replacing: true)

        let redactor = try await RedactionPolicy.load(workspace).redactor()
        let patch = try await repository.patch(from: task.snapshot.tree, to: end.tree)
        let facts = try await facts(
            of: task,
            end: .init(ref: reference, commit: end.commit, tree: end.tree),
            in: repository
        )
        let recorded = try await RecordedSession(workspace: workspace).session(task.sessionID)
        let session = recorded.map { redactor.redact($0) }
        var task = task
        task.sessionID = session?.session.sessionID ?? task.sessionID
        let content = CreatedTask(
            task: task,
            summary: redactor.redact(summary),
            patch: redactor.scan(patch),
            facts: facts,
            session: session,
            findings: PatchFindings.findings(in: patch, redactor: redactor)
                + Self.warnings(changes: facts.changedFiles, leftOut: end.leftOut),
            redactor: redactor
        )
        try workspace.makeOwnDirectory(workspace.createdTasks)
        let directory = try content.write(below: workspace.createdTasks)
        return CapturedTask(
            taskID: task.taskID,
            directory: URL(fileURLWithPath: directory.path, isDirectory: true),
            changedFiles: facts.changedFiles,
            hasSession: session != nil,
            findings: content.findings
        )
    }

    private func facts(
        of task: OpenTask,
        end: RepositoryFacts.Snapshot,
        in repository: Repository
    ) async throws -> RepositoryFacts {
        let changes = try await repository.changes(from: task.snapshot.tree, to: end.tree)
        return RepositoryFacts(
            repository: task.repository,
            gitURL: task.gitURL,
            branch: task.branch,
            startCommitSHA: task.startCommitSHA,
            endCommitSHA: try await repository.head().commit ?? "",
            subdir: task.subdir,
            objectFormat: repository.objectFormat,
            dirtyAtStart: task.dirtyAtStart,
            startSnapshot: task.snapshot,
            endSnapshot: end,
            changedFiles: changes.map { .init(path: $0.path, status: $0.status) }
        )
    }

    private static func warnings(changes: [RepositoryFacts.ChangedFile], leftOut: [String]) -> [String] {
        (changes.isEmpty ? ["nothing in the working tree changed between start and end"] : [])
            + leftOut.map { "\($0) is a repository without a commit and is not part of the task" }
    }

    /// A task whose directory was in place when an earlier `end` was killed.
    private func finished(_ task: OpenTask) throws -> CapturedTask {
        let layout = CreatedTaskLayout(directory: workspace.createdTasks.appendingPathComponent(task.taskID))
        let facts = try StrictJSON.read(RepositoryFacts.self, at: layout.repositoryFacts)
        return CapturedTask(
            taskID: task.taskID,
            directory: URL(fileURLWithPath: layout.directory.path, isDirectory: true),
            changedFiles: facts.changedFiles,
            hasSession: FileManager.default.fileExists(atPath: layout.session.path),
            findings: []
        )
    }
}
