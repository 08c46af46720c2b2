import Foundation
import OneShotProcess

/// The commands that are running in one sandbox, so that all of them can be ended at once.
actor RunningCommands {
    private var tasks: [Int: Task<CommandResult, any Error>] = [:]
    private var next = 0

    var isIdle: Bool { tasks.isEmpty }
    var isOne: Bool { tasks.count == 1 }

    /// Runs `operation` until it ends or ``endAll()`` ends it, which shows as `.signal(SIGKILL)`.
    func run(_ operation: @escaping @Sendable () async throws -> CommandResult) async throws -> CommandResult {
        let id = next
        next += 1
        // Not a child task, so that endAll() can cancel it; it is awaited here and cancelled with its caller.
        let task = Task { try await operation() }
        tasks[id] = task
        defer { tasks[id] = nil }
        do {
            return try await withTaskCancellationHandler {
                try await task.value
            } onCancel: {
                task.cancel()
            }
        } catch is CancellationError {
            try Task.checkCancellation()
            return CommandResult(exit: .signal(SIGKILL))
        }
    }

    /// Cancels every command and waits until each has ended.
    func endAll() async {
        let running = Array(tasks.values)
        for task in running { task.cancel() }
        for task in running { _ = await task.result }
    }
}
