public import Foundation
import OneShotCore
import OneShotGit

extension TaskCapture {
    /// Starts a task: takes a snapshot of the working tree and remembers it.
    ///
    /// - Parameter directory: any directory of the repository.
    /// - Throws: ``CaptureError/alreadyOpen(title:taskID:repository:since:)``, ``GitError``, ``FileError``.
    public func start(_ request: TaskRequest, in directory: URL, now: Date = Date()) async throws -> OpenTask {
        let repository = try await Repository.containing(directory)
        return try await open.withLock(on: repository) {
            if let task = try open.load(for: repository) {
                guard isWritten(task) else {
                    throw CaptureError.alreadyOpen(
                        title: task.title,
                        taskID: task.taskID,
                        repository: repository.top.path,
                        since: task.startedAt
                    )
                }
                open.remove(taskID: task.taskID, of: repository)
            }
            let id = try open.claimID(title: request.title, now: now)
            do {
                let store = try await store(of: repository)
                // Beside the snapshot, which takes longer.
                async let origin = TaskOrigin.of(store)
                let snapshot = try await store.snapshot(
                    message: "Start of \(id)",
                    date: now,
                    excluding: excludedPaths(in: repository)
                )
                let from = try await origin
                let task = openedTask(id: id, request, at: snapshot, from: from, in: repository, now: now)
                // The file first: should we die before all is kept, 'end' can still do that.
                try open.save(task, for: repository)
                try await makeStartLast(task, from: from.tree, in: store)
                return task
            } catch {
                open.remove(taskID: id, of: repository)
                if let store = try? await store(of: repository) { try? await dropSnapshots(of: id, in: store) }
                throw error
            }
        }
    }

    func openedTask(
        id: String,
        _ request: TaskRequest,
        at snapshot: TreeSnapshot,
        from origin: TaskOrigin,
        in repository: Repository,
        now: Date
    ) -> OpenTask {
        OpenTask(
            schemaVersion: 1,
            taskID: id,
            title: request.title,
            notes: request.notes,
            labels: request.labels,
            instruction: request.instruction,
            repository: repository.top.path,
            subdir: repository.subdirectory,
            gitURL: origin.url,
            branch: origin.head.branch ?? "",
            startCommitSHA: origin.head.commit ?? "",
            dirtyAtStart: snapshot.tree != origin.tree,
            snapshot: .init(ref: OpenTask.reference(id, "start"), commit: snapshot.commit, tree: snapshot.tree),
            sessionID: request.sessionID,
            startedAt: Timestamp.iso(now)
        )
    }
}
