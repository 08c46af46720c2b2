public import Foundation
import OneShotCore
import OneShotGit

extension TaskCapture {
    /// Starts a task, has the work done, and ends the task.
    ///
    /// - Parameter work: does the work; returns its exit code. When it throws, it has not begun, and the task is
    ///   dropped; when it is cancelled or ends with another code than 0, the task stays open.
    /// - Throws: what ``start(_:in:now:)`` and ``end(summary:in:sessionID:)`` throw,
    ///   ``CaptureError/agentFailed(taskID:code:)``, and what `work` throws.
    public func create(
        _ request: TaskRequest,
        summary: String = "",
        in directory: URL,
        isolation: isolated (any Actor)? = #isolation,
        work: (OpenTask) async throws -> Int32
    ) async throws -> CapturedTask {
        let task = try await start(request, in: directory)
        let code: Int32
        do {
            code = try await work(task)
        } catch let error as CancellationError {
            throw error
        } catch {
            _ = try await abort(in: directory)
            throw error
        }
        guard code == 0 else { throw CaptureError.agentFailed(taskID: task.taskID, code: code) }
        return try await end(summary: summary, in: directory)
    }

    /// Makes a task of work that is done already: everything since a commit, whether it was committed or not.
    ///
    /// - Parameter revision: the commit before the work.
    /// - Throws: ``CaptureError/unknownRevision(_:repository:)``, ``GitError``, ``FileError``.
    public func create(
        _ request: TaskRequest,
        summary: String = "",
        since revision: String,
        in directory: URL,
        now: Date = Date()
    ) async throws -> CapturedTask {
        let repository = try await Repository.containing(directory)
        guard let base = try await repository.commit(of: revision) else {
            throw CaptureError.unknownRevision(revision, repository: repository.top.path)
        }
        return try await open.withLock(on: repository) {
            let id = try open.claimID(title: request.title, now: now)
            defer { open.release(taskID: id) }
            let store = try await store(of: repository)
            let snapshot = try await store.snapshot(
                of: base,
                message: "Start of \(id)",
                date: now,
                excluding: excludedPaths(in: repository)
            )
            let head = Head(commit: base, branch: try await repository.head().branch)
            let origin = try await TaskOrigin.of(store, head: head)
            let task = openedTask(id: id, request, at: snapshot, from: origin, in: repository, now: now)
            do {
                return try await write(task, summary: summary, kind: .changes, in: repository)
            } catch {
                try await dropSnapshots(of: id, in: store)
                throw error
            }
        }
    }
}
