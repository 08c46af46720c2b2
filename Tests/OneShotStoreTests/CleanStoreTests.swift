import Foundation
import OneShotCore
import OneShotStore
import OneShotTesting
import Testing

@Suite("The clean store")
struct CleanStoreTests {
    private func session(_ id: String, agent: [String] = [], updated: String = "2026-01-01T00:00:00Z") -> Session {
        Session(sessionID: id, agentSessionIDs: agent, createdAt: "2026-01-01T00:00:00Z", updatedAt: updated)
    }

    @Test("a session is found by its id and by its agent's own id")
    func lookUp() async throws {
        try await withTemporaryDirectory { directory in
            let store = try CleanStore.openForWriting(directory.appendingPathComponent("clean.sqlite3"))
            let saved = session("run-1", agent: ["thread-9"])
            try await store.save([saved], cursor: 7)
            #expect(try await store.session("run-1") == saved)
            #expect(try await store.session("thread-9") == saved)
            #expect(try await store.session("other") == nil)
            #expect(try await store.cursor() == 7)
        }
    }

    @Test("saving a session again replaces it, and the last changed comes first")
    func replace() async throws {
        try await withTemporaryDirectory { directory in
            let store = try CleanStore.openForWriting(directory.appendingPathComponent("clean.sqlite3"))
            try await store.save([session("a"), session("b", updated: "2026-01-02T00:00:00Z")], cursor: 1)
            try await store.save([session("a", updated: "2026-01-03T00:00:00Z")], cursor: 2)
            #expect(try await store.sessions().map(\.sessionID) == ["a", "b"])
            #expect(try await store.sessions(limit: 1).map(\.sessionID) == ["a"])
        }
    }
}
