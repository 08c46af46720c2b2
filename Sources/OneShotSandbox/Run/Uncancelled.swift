/// Runs `operation` to its end even where the current task is cancelled: cleaning up must not stop half way.
func uncancelled<Result: Sendable>(
    _ operation: @escaping @Sendable () async throws -> Result
) async throws -> Result {
    // A task of its own does not inherit the cancellation; it is awaited at once.
    try await Task { try await operation() }.value
}
