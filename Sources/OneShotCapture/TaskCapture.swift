public import Foundation
public import OneShotClient
public import OneShotCore
import OneShotGit

/// Turns work on a git repository into a task: a snapshot when it begins, one when it ends, and the created task's
/// files. The person's branch, index, stash, configuration and working tree stay as they are.
public struct TaskCapture: Sendable {
    public let workspace: Workspace
    /// Puts what a person said into an instruction; nil to take it as it was said.
    public var draftingModel: ModelClient?
    let open: OpenTasks

    public init(workspace: Workspace) {
        self.workspace = workspace
        open = OpenTasks(workspace: workspace)
    }

    /// The task that is open in the repository of `directory`.
    ///
    /// - Throws: ``GitError``, ``FileError`` when its file is damaged.
    public func openTask(in directory: URL) async throws -> OpenTask? {
        let repository = try await Repository.containing(directory)
        guard let task = try open.load(for: repository), !isWritten(task) else { return nil }
        return task
    }

    /// The open tasks of all repositories, the oldest first.
    public func openTasks() -> [OpenTask] { open.all().filter { !isWritten($0) } }

    /// Drops the open task of a repository, with its snapshots. The working tree stays as it is.
    ///
    /// - Returns: the task that was dropped.
    /// - Throws: ``CaptureError/nothingOpen(repository:)``.
    public func abort(in directory: URL) async throws -> OpenTask {
        let repository = try await Repository.containing(directory)
        return try await open.withLock(on: repository) {
            guard let task = try open.load(for: repository) else {
                throw CaptureError.nothingOpen(repository: repository.top.path)
            }
            if !isWritten(task) {
                try await dropSnapshots(of: task.taskID, in: try await store(of: repository))
            }
            open.remove(taskID: task.taskID, of: repository)
            return task
        }
    }

    /// Whether `end` was cut short after the last thing that matters.
    func isWritten(_ task: OpenTask) -> Bool {
        FileManager.default.fileExists(atPath: workspace.createdTasks.appendingPathComponent(task.taskID).path)
    }

    /// Our own directories, where they lie in the repository.
    func excludedPaths(in repository: Repository) -> [String] {
        workspace.ownDirectories.compactMap { repository.relativePath(of: $0) }.filter { $0 != "." }
    }
}
