import Foundation
import OneShotCore
import OneShotGit

/// Takes the states of one open task for as long as it is open: each time that its working tree has changed and has
/// then been quiet for a moment, which is so when an agent's turn is over.
///
/// Of all processes that would, one does it. What goes wrong is told once and hurts nobody.
struct TaskWatch: Sendable {
    let capture: TaskCapture
    let task: OpenTask
    var quiet = Duration.milliseconds(1500)
    /// How long a tree that never is quiet goes without a state.
    var patience = Duration.seconds(60)
    /// How often to look whether the task is still open, and whether it is time.
    var tick = Duration.milliseconds(250)
    /// After a state was taken, so many times as long as that took, nothing is done, but for half a minute at most.
    var thrift = 10
    let report: @Sendable (String) -> Void

    /// Returns when the task is not open any more, or when cancelled.
    func run() async {
        var told: Set<String> = []
        while !Task.isCancelled, capture.open.isOpen(task) {
            do {
                if let lock = try FileLock.take(capture.open.watchLock(task.taskID)) {
                    defer { lock.release() }
                    try await watch()
                }
            } catch {
                if !Task.isCancelled, told.insert("\(error)").inserted { report("states of \(task.taskID): \(error)") }
            }
            // Another process watches, or this one has failed.
            try? await Task.sleep(for: tick * 20)
        }
        if Task.isCancelled { await takeLast() }
    }

    /// The host ends, and with it an agent's turn, whoever watches: there is no time to be quiet.
    private func takeLast() async {
        guard capture.open.isOpen(task) else { return }
        let directory = URL(fileURLWithPath: task.repository, isDirectory: true)
        do {
            _ = try await Task { try await capture.captureState(in: directory) }.value
        } catch {
            report("states of \(task.taskID): \(error)")
        }
    }

    private func watch() async throws {
        let directory = URL(fileURLWithPath: task.repository, isDirectory: true)
        let repository = try await Repository.containing(directory)
        let excluded = capture.excludedPaths(in: repository)
        let ignored = try await capture.open.withLock(on: repository) {
            try await capture.store(of: repository).ignoredPaths(excluding: excluded)
        }
        let passedOver = excluded + ignored.filter { $0.hasSuffix("/") }.map { String($0.dropLast()) }
        let changes = treeWatch(of: repository.top, passingOver: passedOver).changes()
        let times = ChangeTimes()
        // What was changed before anybody watched.
        await times.note()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { for await _ in changes { await times.note() } }
            group.addTask { try await takeStates(times, in: directory) }
            // The changes end only when they are cancelled.
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    private func takeStates(_ times: ChangeTimes, in directory: URL) async throws {
        let clock = ContinuousClock()
        var rest = clock.now
        while capture.open.isOpen(task) {
            if clock.now >= rest, await times.isDue(quiet: quiet, patience: patience) {
                await times.clear()
                let start = clock.now
                do {
                    try await capture.captureState(in: directory)
                } catch CaptureError.nothingOpen {
                    return
                }
                rest = clock.now + min((clock.now - start) * thrift, .seconds(30))
            }
            try await Task.sleep(for: tick)
        }
    }
}

/// When a tree was changed for the first and for the last time since somebody looked.
private actor ChangeTimes {
    private var times: (first: ContinuousClock.Instant, last: ContinuousClock.Instant)?

    func note() { times = (times?.first ?? .now, .now) }
    func clear() { times = nil }

    func isDue(quiet: Duration, patience: Duration) -> Bool {
        guard let times else { return false }
        return .now - times.last >= quiet || .now - times.first >= patience
    }
}
