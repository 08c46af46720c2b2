import Foundation
import OneShotCore
import OneShotGit

/// Work that is done already: what it led from and to, before there are snapshots of it.
struct FinishedWork: Sendable {
    enum End: Sendable {
        /// A commit or a tree.
        case revision(String)
        /// What a patch makes of the start.
        case patch(Data)
        /// The working tree as it is now.
        case workingTree
    }

    /// A commit or a tree; nil for an empty tree.
    var start: String?
    /// The commit that the work is based on; nil for none.
    var startCommit: String?
    var end: End
    /// The commit that it ended at; nil for HEAD.
    var endCommit: String?
    var kind: TaskProvenance.Source
    /// The words as they were found.
    var firstWords: String?
    /// Paragraphs that belong to the instruction unless they quote the solution.
    var paragraphs: [String] = []
    var session: Session?
    var commits: [String] = []
    var url = ""
    var findings: [String] = []
}

extension TaskCapture {
    /// Writes the task of work that is done already. The person's repository stays as it is, clean or not.
    func create(
        _ work: FinishedWork,
        request: TaskRequest,
        summary: String,
        in repository: Repository,
        now: Date,
        check: (TaskSource) throws -> Void = { _ in }
    ) async throws -> CapturedTask {
        try await open.withLock(on: repository) {
            let id = try open.claimID(title: request.title, now: now)
            defer { open.release(taskID: id) }
            let excluded = excludedPaths(in: repository)
            let store = try await store(of: repository)
            let start: TreeSnapshot
            if let revision = work.start {
                start = try await store.snapshot(
                    of: revision,
                    message: "Start of \(id)",
                    date: now,
                    excluding: excluded
                )
            } else {
                start = try await store.snapshotOfNothing(message: "Start of \(id)", date: now)
            }
            let head = try await repository.head()
            let origin = try await TaskOrigin.of(store, head: Head(commit: work.startCommit, branch: head.branch))
            var task = openedTask(
                id: id,
                request,
                at: start,
                from: origin,
                in: repository,
                now: now
            )
            // Whatever the working tree holds now, a commit is clean.
            task.dirtyAtStart = false
            do {
                // Before the end is stored: what is not kept goes when something is.
                try await keepStart(of: task, in: store)
                let end = try await snapshot(work.end, after: start, of: id, in: store, excluding: excluded, now: now)
                let source = TaskSource(
                    task: task,
                    end: end,
                    endCommit: work.endCommit ?? head.commit ?? "",
                    summary: summary,
                    kind: work.kind,
                    session: work.session,
                    firstWords: work.firstWords,
                    paragraphs: work.paragraphs,
                    commits: work.commits,
                    url: work.url,
                    findings: work.findings
                )
                try check(source)
                return try await write(source, in: repository)
            } catch {
                try await dropSnapshots(of: id, in: store)
                throw error
            }
        }
    }

    private func snapshot(
        _ end: FinishedWork.End,
        after start: TreeSnapshot,
        of id: String,
        in store: SnapshotStore,
        excluding excluded: [String],
        now: Date
    ) async throws -> TreeSnapshot {
        let message = "End of \(id)"
        switch end {
        case .workingTree: return try await store.snapshot(message: message, date: now, excluding: excluded)
        case .revision(let revision):
            return try await store.snapshot(of: revision, message: message, date: now, excluding: excluded)
        case .patch(let patch):
            let tree = try await store.patchedTree(patch, on: start.tree)
            return try await store.snapshot(of: tree, message: message, date: now)
        }
    }
}
