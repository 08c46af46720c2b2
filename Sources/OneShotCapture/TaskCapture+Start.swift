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
                let snapshot = try await repository.snapshot(
                    message: "Start of \(id)",
                    date: now,
                    excluding: excludedPaths(in: repository)
                )
                let head = try await repository.head().commit
                let task = try await openedTask(id: id, request, at: snapshot, commit: head, in: repository, now: now)
                // The file first: should we die before the ref is there, 'end' can still make it.
                try open.save(task, for: repository)
                try await repository.setReference(task.snapshot.ref, to: task.snapshot.commit)
                return task
            } catch {
                open.remove(taskID: id, of: repository)
                throw error
            }
        }
    }

    /// - Parameter commit: the commit that the work is based on; nil for none.
    func openedTask(
        id: String,
        _ request: TaskRequest,
        at snapshot: TreeSnapshot,
        commit: String?,
        in repository: Repository,
        now: Date
    ) async throws -> OpenTask {
        let head = try await repository.head()
        let committed = try await commit.asyncFlatMap { try await repository.tree(of: $0) }
        let empty = try await repository.git.line(["hash-object", "-t", "tree", "--stdin"])
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
            startCommitSHA: commit ?? "",
            dirtyAtStart: snapshot.tree != committed ?? empty,
            snapshot: .init(ref: OpenTask.reference(id, "start"), commit: snapshot.commit, tree: snapshot.tree),
            sessionID: request.sessionID,
            startedAt: Timestamp.iso(now)
        )
    }
}

extension Optional {
    fileprivate func asyncFlatMap<Result>(_ transform: (Wrapped) async throws -> Result?) async rethrows -> Result? {
        guard let self else { return nil }
        return try await transform(self)
    }
}
