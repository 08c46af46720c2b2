import Foundation
import OneShotCore
import OneShotStore
import OneShotTesting
import Testing

@testable import OneShotSessions

@Suite("How long sessions are kept")
struct SessionRetentionTests {
    @Test("old sessions go, those of tasks stay, and a dry run removes nothing")
    func prune() async throws {
        try await withTemporaryDirectory { directory in
            let workspace = Workspace(root: directory)
            let retention = SessionRetention(workspace)
            await #expect(throws: StoreError.self) {
                try await retention.prune(olderThan: .seconds(60), keepingTasks: true, dryRun: false)
            }
            let store = try RawStore.openForWriting(workspace.rawDatabase)
            let now = Timestamp.milliseconds()
            _ = try await store.save(
                [("old", 100_000), ("task", 100_000), ("new", 1000)].map { session, age in
                    Exchange(
                        startedAtMs: now - age,
                        method: "POST",
                        url: "https://a/",
                        transport: .http,
                        state: .complete,
                        sessionID: session,
                        agentSessionID: "agent-\(session)"
                    )
                }
            )
            let task = CreatedTaskLayout(directory: workspace.createdTasks.appendingPathComponent("t"))
            try AtomicFile.makeDirectory(task.sessionID.deletingLastPathComponent())
            try AtomicFile.write("agent-task\n", to: task.sessionID)
            #expect(try retention.sessionsOfTasks() == ["agent-task"])

            let plan = try await retention.prune(olderThan: .seconds(60), keepingTasks: true, dryRun: true)
            #expect(plan.sessions == 1 && plan.dryRun)
            #expect(try await store.sessionCount() == 3)
            let report = try await retention.prune(olderThan: .seconds(60), keepingTasks: true, dryRun: false)
            #expect(report.sessions == 1 && report.exchanges == 1)
            #expect(try await store.sessionID("old") == nil)
            #expect(try await store.sessionID("task") == "task")
            let all = try await retention.prune(olderThan: .seconds(60), keepingTasks: false, dryRun: false)
            #expect(all.sessions == 1)
            #expect(try await store.sessionCount() == 1)
            let sizes = try await retention.vacuum()
            #expect(sizes.after > 0)
            #expect(sizes.before >= sizes.after)
        }
    }
}
