import Foundation
import OneShotStore
import Testing

/// Something that records into a database of its own.
protocol RecordingBench {
    var database: URL { get }
}

extension RecordingBench {
    /// The rows, once there are `count` that satisfy the condition.
    @discardableResult
    func rows(_ count: Int, where isWanted: (Exchange) -> Bool = { _ in true }) async throws -> [Exchange] {
        let store = try RawStore.openForReading(database)
        let deadline = ContinuousClock.now + .seconds(30)
        while true {
            let rows = try await store.changes(after: 0).exchanges.sorted { ($0.id ?? 0) < ($1.id ?? 0) }
            let wanted = rows.filter(isWanted)
            if wanted.count >= count { return wanted }
            try #require(ContinuousClock.now < deadline, "only these rows: \(rows)")
            try await Task.sleep(for: .milliseconds(10))
        }
    }
}
