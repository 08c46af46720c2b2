public import Foundation
import OneShotCore
import OneShotGit

/// An open task that has been set going again.
public struct ResumedTask: Codable, Sendable, Equatable {
    public var task: OpenTask
    /// How many states it has gone through.
    public var states: Int
    /// Whether some process takes its states.
    public var isWatched: Bool
    /// What had to be mended, one line each.
    public var done: [String]

    enum CodingKeys: String, CodingKey {
        case task, states, done
        case isWatched = "is_watched"
    }
}

extension TaskCapture {
    /// Sets the open task of a repository going again, after a crash or in a new shell: makes the refs that are missing
    /// and takes the working tree as a state.
    ///
    /// - Throws: ``CaptureError/nothingOpen(repository:)``, ``CaptureError/snapshotLost(taskID:commit:)``.
    public func resume(in directory: URL) async throws -> ResumedTask {
        let repository = try await Repository.containing(directory)
        let done = try await mendTasks(in: repository)
        guard let task = try open.load(for: repository) else {
            throw CaptureError.nothingOpen(repository: repository.top.path)
        }
        try await captureState(in: directory)
        return ResumedTask(
            task: task,
            states: try await states(of: task).count,
            isWatched: isWatched(task),
            done: done
        )
    }

    /// Whether some process takes the states of an open task.
    private func isWatched(_ task: OpenTask) -> Bool {
        let url = open.watchLock(task.taskID)
        guard FileManager.default.fileExists(atPath: url.path), let lock = try? FileLock.take(url) else {
            return FileManager.default.fileExists(atPath: url.path)
        }
        lock.release()
        return false
    }

    /// Takes a created task away, with its snapshots and its ref in the person's repository.
    ///
    /// - Returns: the task's id.
    /// - Throws: ``CaptureError/unknownTask(name:directory:)``, ``GitError``, ``FileError``.
    public func remove(_ name: String) async throws -> String {
        let task = try createdTask(name)
        let id = try StrictJSON.read(TaskMetadata.self, at: task.layout.metadata).taskID
        let facts = try? StrictJSON.read(RepositoryFacts.self, at: task.layout.repositoryFacts)
        if let store = facts?.snapshotStore, FileManager.default.fileExists(atPath: store) {
            try await SnapshotStore.drop(id, from: URL(fileURLWithPath: store, isDirectory: true))
        }
        // Whether or not the repository is still there.
        if let top = facts?.repository,
            let repository = try? await Repository.containing(URL(fileURLWithPath: top, isDirectory: true))
        {
            for moment in ["base", "start", "end"] {
                try await repository.deleteReference(OpenTask.reference(id, moment))
            }
        }
        do {
            try FileManager.default.removeItem(at: task.layout.directory)
        } catch {
            throw FileError.unwritable(path: task.layout.directory.path, reason: "it cannot be removed")
        }
        return id
    }
}
