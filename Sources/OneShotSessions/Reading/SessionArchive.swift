import Foundation
public import OneShotCore
import OneShotStore

/// The recorded sessions of a workspace, for those who read them.
public struct SessionArchive: Sendable {
    private let workspace: Workspace
    var rawDatabase: URL { workspace.rawDatabase }

    public init(_ workspace: Workspace) { self.workspace = workspace }

    /// The sessions, the one that changed last first.
    ///
    /// - Throws: ``StoreError/absent(path:)`` where nothing was recorded yet.
    public func sessions(limit: Int = .max) async throws -> [Session] {
        try await clean().sessions(limit: limit)
    }

    /// A session by its id, by the agent's own id for it, or by the beginning of either that fits no other session.
    ///
    /// - Throws: ``SessionError``, ``StoreError``.
    public func session(_ id: String) async throws -> Session {
        if let session = try? await clean().session(id) { return session }
        // No cleaner has run, or it has not come to this one yet.
        let exchanges = try await RawStore.openForReading(workspace.rawDatabase).exchanges(ofSession: id)
        if let session = SessionReader.session(id, of: exchanges) { return session }
        let all = (try? await sessions()) ?? []
        let fitting = all.filter { $0.sessionID.hasPrefix(id) || $0.agentSessionIDs.contains { $0.hasPrefix(id) } }
        guard let session = fitting.first else { throw SessionError.unknown(id: id) }
        guard fitting.count == 1 else { throw SessionError.ambiguous(id: id, sessions: fitting.map(\.sessionID)) }
        return session
    }

    /// A number that grows with each change of a session; nil while there is no database.
    public func version() async throws -> Int64? {
        do {
            return try await clean().cursor()
        } catch StoreError.absent {
            return nil
        }
    }

    private func clean() throws -> CleanStore { try CleanStore.openForReading(workspace.cleanDatabase) }
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
