import Foundation
public import OneShotCore
import OneShotStore

/// Which recorded sessions stay in a workspace, and for how long.
public struct SessionRetention: Sendable {
    /// What was removed, or would be.
    public struct Report: Sendable, Equatable, Encodable {
        public var sessions: Int
        /// Sessions that were imported.
        public var importedSessions: Int
        public var exchanges: Int
        /// Of what is gone from the database, about.
        public var bytes: Int
        public var dryRun: Bool

        enum CodingKeys: String, CodingKey {
            case sessions, exchanges, bytes
            case dryRun = "dry_run"
            case importedSessions = "imported_sessions"
        }

        public init(sessions: Int, importedSessions: Int = 0, exchanges: Int, bytes: Int, dryRun: Bool) {
            self.sessions = sessions
            self.importedSessions = importedSessions
            self.exchanges = exchanges
            self.bytes = bytes
            self.dryRun = dryRun
        }
    }

    /// The size of the raw database's file, in bytes.
    public struct Sizes: Sendable, Equatable, Encodable {
        public var before: Int
        public var after: Int
    }

    private let workspace: Workspace

    public init(_ workspace: Workspace) { self.workspace = workspace }

    /// Removes the raw exchanges of sessions in which nothing has happened for so long. A recorder may run meanwhile.
    /// Cleaned sessions stay: they are small, and what people read. Imported ones go: the agent's file is there, or the
    /// person has removed it.
    ///
    /// - Parameter keepingTasks: sessions that created tasks name stay.
    /// - Throws: ``StoreError/absent(path:)`` where nothing was recorded yet.
    public func prune(olderThan age: Duration, keepingTasks: Bool, dryRun: Bool) async throws -> Report {
        let limit = Timestamp.milliseconds() - age.components.seconds * 1000
        let kept = keepingTasks ? try sessionsOfTasks() : []
        let hasImports = FileManager.default.fileExists(atPath: workspace.cleanDatabase.path)
        var imported: [String] = []
        if hasImports {
            _ = try CleanStore.openForReading(workspace.cleanDatabase)
            let clean = try CleanStore.openForWriting(workspace.cleanDatabase)
            imported = try await clean.pruneImports(olderThan: limit, keeping: kept, dryRun: dryRun)
            // It is a cache, and must not keep their words.
            if !imported.isEmpty, !dryRun { try SearchIndex.remove(SearchIndex.url(beside: workspace.cleanDatabase)) }
        }
        if hasImports, !FileManager.default.fileExists(atPath: workspace.rawDatabase.path) {
            return Report(sessions: 0, importedSessions: imported.count, exchanges: 0, bytes: 0, dryRun: dryRun)
        }
        let pruned = try await writableStore().prune(olderThan: limit, keepingSessions: kept, dryRun: dryRun)
        return Report(
            sessions: pruned.sessions,
            importedSessions: imported.count,
            exchanges: pruned.exchanges,
            bytes: pruned.bytes,
            dryRun: dryRun
        )
    }

    /// Gives unused room in the raw database's file back to the disk.
    ///
    /// - Throws: ``StoreError``.
    public func vacuum() async throws -> Sizes {
        let store = try writableStore()
        // What the write-ahead log holds belongs to the file as well.
        await store.foldLog()
        let before = size()
        try await store.vacuum()
        return Sizes(before: before, after: size())
    }

    /// The ids in `trace/session_id.txt` of the created tasks.
    func sessionsOfTasks() throws -> Set<String> {
        let directory = workspace.createdTasks
        guard FileManager.default.fileExists(atPath: directory.path) else { return [] }
        let names = try FileManager.default.contentsOfDirectory(atPath: directory.path)
        return try names.reduce(into: []) { ids, name in
            let file = CreatedTaskLayout(directory: directory.appendingPathComponent(name)).sessionID
            guard FileManager.default.fileExists(atPath: file.path) else { return }
            // A file that cannot be read must not cost a task its session.
            let id = try String(contentsOf: file, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)
            if !id.isEmpty { ids.insert(id) }
        }
    }

    private func writableStore() throws -> RawStore {
        // Nothing is created where nothing was recorded.
        _ = try RawStore.openForReading(workspace.rawDatabase)
        return try RawStore.openForWriting(workspace.rawDatabase)
    }

    private func size() -> Int {
        (try? FileManager.default.attributesOfItem(atPath: workspace.rawDatabase.path)[.size] as? Int) ?? 0
    }
}
