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
                async let head = repository.head()
                let snapshot = try await store.snapshot(
                    message: "Start of \(id)",
                    date: now,
                    excluding: excludedPaths(in: repository)
                )
                let task = try await openedTask(id: id, request, at: snapshot, head: head, in: store, now: now)
                // The file first: should we die before all is kept, 'end' can still do that.
                try open.save(task, for: repository)
                try await makeStartLast(task, in: store)
                return task
            } catch {
                open.remove(taskID: id, of: repository)
                if let store = try? await store(of: repository) { try? await dropSnapshots(of: id, in: store) }
                throw error
            }
        }
    }

    /// - Parameter head: the commit that the work is based on, and the branch that it is on.
    func openedTask(
        id: String,
        _ request: TaskRequest,
        at snapshot: TreeSnapshot,
        head: Head,
        in store: SnapshotStore,
        now: Date
    ) async throws -> OpenTask {
        let repository = store.repository
        return OpenTask(
            schemaVersion: 1,
            taskID: id,
            title: request.title,
            notes: request.notes,
            labels: request.labels,
            instruction: request.instruction,
            repository: repository.top.path,
            subdir: repository.subdirectory,
            gitURL: try await repository.upstreamURL(of: head.branch),
            branch: head.branch ?? "",
            startCommitSHA: head.commit ?? "",
            dirtyAtStart: try await snapshot.tree != store.tree(of: head.commit),
            snapshot: .init(ref: OpenTask.reference(id, "start"), commit: snapshot.commit, tree: snapshot.tree),
            sessionID: request.sessionID,
            startedAt: Timestamp.iso(now)
        )
    }
}
