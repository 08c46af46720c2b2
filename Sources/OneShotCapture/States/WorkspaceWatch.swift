public import OneShotCore

/// Takes the states of every task that is open in a workspace, for as long as its host runs.
public struct WorkspaceWatch: Sendable {
    private let capture: TaskCapture
    private let report: @Sendable (String) -> Void
    /// How often to look for tasks that somebody has started.
    private let interval: Duration

    /// - Parameter report: gets one line for each thing that goes wrong.
    public init(
        workspace: Workspace,
        interval: Duration = .seconds(1),
        report: @escaping @Sendable (String) -> Void
    ) {
        capture = TaskCapture(workspace: workspace)
        self.interval = interval
        self.report = report
    }

    /// Returns when cancelled.
    public func run() async {
        await withTaskGroup(of: Void.self) { group in
            var known: Set<String> = []
            while !Task.isCancelled {
                for task in capture.openTasks() where known.insert(task.taskID).inserted {
                    group.addTask { await TaskWatch(capture: capture, task: task, report: report).run() }
                }
                try? await Task.sleep(for: interval)
            }
            group.cancelAll()
        }
    }

    /// Runs `body` with the watch beside it.
    public func during<Result>(
        isolation: isolated (any Actor)? = #isolation,
        _ body: () async throws -> Result
    ) async rethrows -> Result {
        let watch = Task { await run() }
        do {
            let result = try await body()
            watch.cancel()
            await watch.value
            return result
        } catch {
            watch.cancel()
            await watch.value
            throw error
        }
    }
}
