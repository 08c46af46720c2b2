/// A point in time at which something is done, again and again until it is told to stop.
actor Deadline {
    private let action: @Sendable () async -> Void
    private var task: Task<Void, Never>?
    private var isOver = false

    init(_ action: @escaping @Sendable () async -> Void) { self.action = action }

    /// From now; in place of what was set before. Never when nil.
    func set(_ duration: Duration?) {
        task?.cancel()
        task = duration.map { duration in
            // It is stopped and awaited by stop().
            Task {
                guard (try? await Task.sleep(for: duration)) != nil else { return }
                await reach()
            }
        }
    }

    /// - Returns: whether it was reached. Nothing is done any more when this returns.
    func stop() async -> Bool {
        task?.cancel()
        await task?.value
        return isOver
    }

    private func reach() async {
        while !Task.isCancelled {
            isOver = true
            await action()
            try? await Task.sleep(for: .milliseconds(100))
        }
    }
}
