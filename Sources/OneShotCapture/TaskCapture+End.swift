public import Foundation
import OneShotCore
import OneShotGit

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

    /// The created task of an open one, with the working tree as it is now.
    func write(
        _ task: OpenTask,
        summary: String,
        kind: TaskProvenance.Source = .capture,
        in repository: Repository
    ) async throws -> CapturedTask {
        let store = try await store(of: repository)
        try await keepStart(of: task, in: store)
        let end = try await store.snapshot(
            message: "End of \(task.taskID)",
            date: Date(),
            excluding: excludedPaths(in: repository)
        )
        var source = TaskSource(
            task: task,
            end: end,
            endCommit: try await repository.head().commit ?? "",
            summary: summary,
            kind: kind,
            session: try await RecordedSession(workspace: workspace).session(task.sessionID)
        )
        source.states = try await states(of: task.taskID, in: store)
        source.ignored = try await store.ignoredPaths(excluding: excludedPaths(in: repository))
        return try await write(source, in: repository)
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
