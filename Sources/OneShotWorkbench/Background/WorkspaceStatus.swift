import Foundation
import OneShotCore
import OneShotProcess
public import OneShotRecorder
import OneShotStore

/// A workspace in numbers, for `oneshot status`.
public struct WorkspaceStatus: Codable, Sendable, Equatable {
    public struct Running: Codable, Sendable, Equatable {
        public var pid: Int32
        public var port: Int
        public var startedAt: String
        public var uptimeSeconds: Int
        public var lifetime: RecorderProcess.Lifetime
        /// Nil when it does not answer.
        public var health: RecorderStatus?

        enum CodingKeys: String, CodingKey {
            case pid, port
            case startedAt = "started_at"
            case uptimeSeconds = "uptime_seconds"
            case lifetime, health
        }
    }

    public struct Database: Codable, Sendable, Equatable {
        public var path: String
        /// With its write-ahead log.
        public var bytes: Int
    }

    public var workspace: String
    /// Nil when no recorder runs.
    public var recorder: Running?
    /// Sessions that have exchanges.
    public var sessions: Int
    /// Sessions that the cleaner has written.
    public var cleanedSessions: Int
    /// All exchanges of the workspace, by state.
    public var exchanges: [String: Int]
    public var databases: [Database]

    enum CodingKeys: String, CodingKey {
        case workspace, recorder, sessions
        case cleanedSessions = "cleaned_sessions"
        case exchanges, databases
    }
}

extension WorkspaceRecorder {
    /// - Throws: `StoreError/unusable` for a damaged database, `FileError`.
    public func status() async throws -> WorkspaceStatus {
        var status = WorkspaceStatus(
            workspace: workspace.root.path,
            recorder: nil,
            sessions: 0,
            cleanedSessions: 0,
            exchanges: [:],
            databases: [workspace.rawDatabase, workspace.cleanDatabase].map(Self.size)
        )
        if let recorder = try RecorderProcess.running(in: workspace) {
            status.recorder = WorkspaceStatus.Running(
                pid: recorder.process.pid,
                port: recorder.port,
                startedAt: recorder.startedAt,
                uptimeSeconds: (try? Date(recorder.startedAt, strategy: Self.timestamps))
                    .map { max(0, Int(Date().timeIntervalSince($0))) } ?? 0,
                lifetime: recorder.lifetime,
                health: try await health(of: recorder)
            )
        }
        if FileManager.default.fileExists(atPath: workspace.rawDatabase.path) {
            let raw = try RawStore.openForReading(workspace.rawDatabase)
            status.sessions = try await raw.sessionCount()
            status.exchanges = Dictionary(
                uniqueKeysWithValues: try await raw.counts().map { ($0.key.rawValue, $0.value) }
            )
        }
        if FileManager.default.fileExists(atPath: workspace.cleanDatabase.path) {
            status.cleanedSessions = try await CleanStore.openForReading(workspace.cleanDatabase).sessionCount()
        }
        return status
    }

    private static let timestamps = Date.ISO8601FormatStyle(includingFractionalSeconds: true)

    private static func size(_ database: URL) -> WorkspaceStatus.Database {
        let bytes = [database.path, database.path + "-wal"].map { path in
            (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
        }
        return WorkspaceStatus.Database(path: database.path, bytes: bytes.reduce(0, +))
    }
}
