import Foundation
public import OneShotCore
import OneShotStore

/// The sessions of a workspace, recorded and imported, for those who read them.
public struct SessionArchive: Sendable {
    let workspace: Workspace
    var rawDatabase: URL { workspace.rawDatabase }

    public init(_ workspace: Workspace) { self.workspace = workspace }

    /// The sessions, the one that changed last first.
    ///
    /// - Throws: ``StoreError/absent(path:)`` where nothing was recorded yet.
    public func sessions(limit: Int = .max) async throws -> [Session] {
        let clean = try clean()
        var sessions: [Session] = []
        for id in try await Self.newest(limit, in: clean) {
            if let session = try await Self.session(id, in: clean) { sessions.append(session) }
        }
        return sessions
    }

    /// A session by its id, by the agent's own id for it, or by the beginning of either that fits no other session.
    ///
    /// - Throws: ``SessionError``, ``StoreError``.
    public func session(_ id: String) async throws -> Session {
        if let clean = try cleanIfThere(), let session = try await Self.session(id, in: clean) { return session }
        // No cleaner has run, or it has not come to this one yet.
        if let session = try await recordedOnly(id) { return session }
        let known = try await resolve(id)
        guard let session = try await Self.session(known, in: clean()) else { throw SessionError.unknown(id: id) }
        return session
    }

    /// The session's own id, for its id, the agent's own, or the beginning of either.
    ///
    /// - Throws: ``SessionError``, ``StoreError``.
    public func resolve(_ id: String) async throws -> String {
        let clean = try clean()
        if let recorded = try await clean.recordedID(id) { return recorded }
        let fitting = try await clean.sessionIDs(startingWith: id)
        guard let only = fitting.first else { throw SessionError.unknown(id: id) }
        guard fitting.count == 1 else { throw SessionError.ambiguous(id: id, sessions: fitting) }
        return only
    }

    /// A number that grows with each change of a session; nil while there is no database.
    public func version() async throws -> Int64? {
        do {
            return try await clean().version()
        } catch StoreError.absent, StoreError.blank {
            return nil
        }
    }

    func clean() throws -> CleanStore { try CleanStore.openForReading(workspace.cleanDatabase) }

    /// - Throws: ``StoreError``, unless there is no database because no cleaner has run, and a recorder has.
    private func cleanIfThere() throws -> CleanStore? {
        do {
            return try clean()
        } catch StoreError.absent {
            return nil
        }
    }

    private func recordedOnly(_ id: String) async throws -> Session? {
        do {
            let exchanges = try await RawStore.openForReading(rawDatabase).exchanges(ofSession: id)
            return SessionReader.session(id, of: exchanges, prices: try PriceTable.load(workspace: workspace))
        } catch StoreError.absent where FileManager.default.fileExists(atPath: workspace.cleanDatabase.path) {
            // Sessions were imported, and none was recorded.
            return nil
        }
    }
}

// MARK: - Recorded and imported

extension SessionArchive {
    /// A session with all that is known of it: what was recorded, and what the agent's own files add to that.
    static func session(_ id: String, in clean: CleanStore) async throws -> Session? {
        let imported = try await clean.importedSessions(of: try await clean.recordedID(id) ?? id)
        guard let recorded = try await clean.recordedSession(id) else { return imported.first }
        var session = recorded
        for var other in imported {
            let elsewhere = try await clean.responseIDs(ofAgentSession: other.sessionID, besides: recorded.sessionID)
            other.turns.removeAll { $0.responseID.map(elsewhere.contains) ?? false }
            session = SessionMerge.merge(session, other)
        }
        return session
    }

    /// The ids of the sessions that changed last, the newest first.
    static func newest(_ limit: Int, in clean: CleanStore) async throws -> [String] {
        let recorded = try await clean.newestIDs(limit: limit)
        let imports = try await clean.importEntries()
        var updates = Dictionary(uniqueKeysWithValues: recorded.map { ($0.id, $0.updatedAt) })
        for entry in imports {
            let id = entry.recordedID ?? entry.sessionID
            updates[id] = max(updates[id] ?? "", entry.updatedAt)
        }
        return updates.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(limit).map(\.key)
    }
}

/// Why a session cannot be shown.
public enum SessionError: OneShotError, Equatable {
    case unknown(id: String)
    case ambiguous(id: String, sessions: [String])

    public var description: String {
        switch self {
        case .unknown(let id): "no session \(id); 'oneshot sessions list' shows those that were recorded"
        case .ambiguous(let id, let sessions):
            "\(id) may be \(sessions.prefix(5).joined(separator: ", ")); write more of it"
        }
    }

    public var exitCode: ExitCode { .usage }
}
