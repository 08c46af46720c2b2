import OneShotCore

/// Watches a workspace's sessions and says what there is to show whenever they have changed.
public struct MonitorLoop: Sendable {
    /// How many sessions are watched.
    public static let breadth = 5

    private let archive: SessionArchive

    public init(_ archive: SessionArchive) { self.archive = archive }

    /// Runs until the task is cancelled.
    ///
    /// - Parameter show: called with the newest sessions, first at once, then after each change.
    public func run(
        every interval: Duration = .milliseconds(300),
        show: ([SessionOverview]) -> Void
    ) async throws {
        var overviews = SessionOverviews(archive)
        var version: Int64? = -1
        while true {
            let current = try await archive.version()
            if current != version {
                show(current == nil ? [] : try await overviews.newest(limit: Self.breadth))
                version = current
            }
            try await Task.sleep(for: interval)
        }
    }
}
