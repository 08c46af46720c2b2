/// A point in time at which something is done, again and again until it is told to stop.
actor Deadline {
    private var action: @Sendable (Duration) async -> Void = { _ in }
    private var task: Task<Void, Never>?
    private var isOver = false
    private var isStopped = false

    /// - Parameter action: what is done, told how long ago the deadline was reached.
    func onReach(_ action: @escaping @Sendable (Duration) async -> Void) { self.action = action }

    /// From now; in place of what was set before. Never when nil. Without effect once it was reached.
    func set(_ duration: Duration?) {
        guard !isOver, !isStopped else { return }
        task?.cancel()
        task = duration.map { duration in
            // It is stopped and awaited by stop().
            Task {
                guard (try? await Task.sleep(for: duration)) != nil else { return }
                await reach()
            }
        }
    }

    /// Reaches it now, if it is not stopped.
    func reachNow() {
        guard !isOver, !isStopped else { return }
        task?.cancel()
        isOver = true
        task = Task { await reach() }
    }

    /// - Returns: whether it was reached. Nothing is done any more when this returns.
    func stop() async -> Bool {
        isStopped = true
        task?.cancel()
        await task?.value
        return isOver
    }

    private func reach() async {
        let start = ContinuousClock.now
        while !Task.isCancelled {
            isOver = true
            await action(start.duration(to: .now))
            try? await Task.sleep(for: .milliseconds(100))
        }
    }
}
