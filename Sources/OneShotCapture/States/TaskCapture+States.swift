public import Foundation
import OneShotCore
import OneShotGit

extension TaskCapture {
    /// More than a person's work goes through; what is beyond them is not looked at any more.
    static let mostStates = 500

    /// Takes the working tree as it is now as a state of the open task, where it differs from the last one.
    ///
    /// - Returns: the state; nil when nothing has changed.
    /// - Throws: ``CaptureError/nothingOpen(repository:)``, ``GitError``, ``FileError``.
    @discardableResult
    public func captureState(in directory: URL, now: Date = Date()) async throws -> OpenState? {
        let repository = try await Repository.containing(directory)
        return try await open.withLock(on: repository) {
            guard let task = try open.load(for: repository), !isWritten(task) else {
                throw CaptureError.nothingOpen(repository: repository.top.path)
            }
            let store = try await store(of: repository)
            async let found = store.kept(of: task.taskID)
            let at = Timestamp.iso(now)
            func taken() async throws -> TreeSnapshot {
                try await store.snapshot(
                    message: OpenState.message(at: at),
                    date: now,
                    excluding: excludedPaths(in: repository)
                )
            }
            var snapshot = try await taken()
            let kept = try await found
            if !kept.contains(where: { $0.name == "start" && $0.commit == task.snapshot.commit }) {
                try await keepStart(of: task, in: store)
                // What is not kept goes when something is.
                snapshot = try await taken()
            }
            let states = Self.states(among: kept)
            guard states.count < Self.mostStates else { return nil }
            let last = states.last?.tree ?? task.snapshot.tree
            guard snapshot.tree != last else { return nil }
            let index = (states.last?.index ?? 0) + 1
            try await store.keep(snapshot, beyond: last, of: task.taskID, as: OpenState.name(index))
            return OpenState(index: index, at: at, commit: snapshot.commit, tree: snapshot.tree)
        }
    }

    /// The states that an open task has gone through, in their order.
    public func states(of task: OpenTask) async throws -> [OpenState] {
        let repository = try await Repository.containing(URL(fileURLWithPath: task.repository, isDirectory: true))
        return try await states(of: task.taskID, in: try await store(of: repository))
    }

    func states(of taskID: String, in store: SnapshotStore) async throws -> [OpenState] {
        Self.states(among: try await store.kept(of: taskID))
    }

    private static func states(among kept: [KeptSnapshot]) -> [OpenState] {
        kept.compactMap(OpenState.init).sorted { $0.index < $1.index }
    }
}
