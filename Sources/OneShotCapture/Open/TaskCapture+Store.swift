import Foundation
import OneShotCore
import OneShotGit

extension TaskCapture {
    /// Where the snapshots of a repository's working tree are: `data/.oneshot/repositories/<name>-<hash>.git`.
    ///
    /// Only who holds the repository's lock may write there.
    func store(of repository: Repository) async throws -> SnapshotStore {
        try workspace.makeOwnDirectory(workspace.state, mode: 0o700)
        // The ids of another object format name nothing here.
        let format = repository.objectFormat == "sha1" ? "" : "-\(repository.objectFormat)"
        let directory = workspace.state.appendingPathComponent(
            "repositories/\(OpenTasks.name(of: repository))\(format).git"
        )
        return try await SnapshotStore.open(directory, for: repository)
    }

    /// Makes the start of a task last: its base commit by a ref in the person's repository, what the snapshot holds
    /// beyond that in our store. Doing it again does nothing.
    func keepStart(of task: OpenTask, in store: SnapshotStore) async throws {
        guard try await !isStartKept(of: task, in: store) else { return }
        guard try await store.commit(of: task.snapshot.commit) != nil else {
            throw CaptureError.snapshotLost(taskID: task.taskID, commit: task.snapshot.commit)
        }
        let base = try await store.tree(of: task.startCommitSHA.isEmpty ? nil : task.startCommitSHA)
        try await makeStartLast(task, from: base, in: store)
    }

    /// Both at once: ``isStartKept(of:in:)`` looks for both.
    ///
    /// - Parameter base: the tree of the commit that the task starts at.
    func makeStartLast(_ task: OpenTask, from base: String?, in store: SnapshotStore) async throws {
        async let isBaseKept: Void = keepBase(of: task, in: store.repository)
        try await store.keep(
            TreeSnapshot(commit: task.snapshot.commit, tree: task.snapshot.tree),
            beyond: base,
            of: task.taskID,
            as: "start"
        )
        try await isBaseKept
    }

    private func keepBase(of task: OpenTask, in repository: Repository) async throws {
        guard !task.startCommitSHA.isEmpty else { return }
        try await repository.setReference(OpenTask.reference(task.taskID, "base"), to: task.startCommitSHA)
    }

    /// Whether git's collecting what nothing refers to can do the start of a task no harm.
    func isStartKept(of task: OpenTask, in store: SnapshotStore) async throws -> Bool {
        let base = try await store.repository.commit(of: OpenTask.reference(task.taskID, "base")) ?? ""
        let start = try await store.commit(of: OpenTask.reference(task.taskID, "start"))
        return base == task.startCommitSHA && start == task.snapshot.commit
    }

    /// Takes everything of a task away but its files: the refs in the person's repository and the snapshots.
    func dropSnapshots(of taskID: String, in store: SnapshotStore) async throws {
        try await SnapshotStore.drop(taskID, from: store.directory)
        // Earlier versions had the snapshots in the person's repository.
        for moment in ["base", "start", "end"] {
            try await store.repository.deleteReference(OpenTask.reference(taskID, moment))
        }
    }
}
