import OneShotProcess

/// Ctrl-C and its kin, as the cancellation of a task.
enum Interruption {
    /// Runs `body`; a signal that asks the process to end cancels it, so that every scope takes down what it owns.
    static func cancelling<Result: Sendable>(_ body: @escaping @Sendable () async throws -> Result) async throws
        -> Result
    {
        let work = Task { try await body() }
        let watch = Task {
            for await _ in Signals.toEnd.stream() { work.cancel() }
        }
        defer { watch.cancel() }
        return try await withTaskCancellationHandler {
            try await work.value
        } onCancel: {
            work.cancel()
        }
    }
}
