import Foundation
import OneShotCore
import OneShotGit

extension TaskCapture {
    /// What earlier commands have left: an open task, a snapshot without its ref, halves of tasks.
    func taskFindings(in repository: Repository) async throws -> [Readiness.Finding] {
        var findings: [Readiness.Finding] = []
        if let task = try open.load(for: repository), !isWritten(task) {
            findings.append(
                .init(
                    "open_task",
                    .info,
                    "task \(task.taskID) is open since \(task.startedAt)",
                    remedy: "oneshot task end"
                )
            )
            if try await !isStartKept(of: task, in: try await store(of: repository)) {
                findings.append(
                    .init(
                        "snapshot_unprotected",
                        .error,
                        "a ref that keeps the start of \(task.taskID) is gone",
                        remedy: "oneshot task check --fix",
                        isFixable: true
                    )
                )
            }
        }
        let halves = partialDirectories()
        if !halves.isEmpty {
            findings.append(
                .init(
                    "partial_tasks",
                    .info,
                    "\(Self.list(halves.map(\.lastPathComponent))): what an 'end' that was killed has left",
                    remedy: "oneshot task check --fix",
                    isFixable: true
                )
            )
        }
        return findings
    }

    /// - Returns: one line for each thing that was done.
    func mendTasks(in repository: Repository) async throws -> [String] {
        try await open.withLock(on: repository) {
            var done: [String] = []
            if let task = try open.load(for: repository) {
                if isWritten(task) {
                    open.remove(taskID: task.taskID, of: repository)
                    done.append("closed task \(task.taskID), which was already written")
                } else {
                    let store = try await store(of: repository)
                    if try await !isStartKept(of: task, in: store), (try? await keepStart(of: task, in: store)) != nil {
                        done.append("made the refs of \(task.taskID) again")
                    }
                }
            }
            for half in partialDirectories() {
                try? FileManager.default.removeItem(at: half)
                done.append("removed \(half.path)")
            }
            return done
        }
    }

    /// Directories of tasks that no open task will finish writing.
    private func partialDirectories() -> [URL] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: workspace.createdTasks.path)) ?? []
        let beingWritten = Set(open.all().map { ".\($0.taskID).partial" })
        return names.filter { $0.hasPrefix(".") && $0.hasSuffix(".partial") && !beingWritten.contains($0) }
            .sorted().map { workspace.createdTasks.appendingPathComponent($0) }
    }
}
