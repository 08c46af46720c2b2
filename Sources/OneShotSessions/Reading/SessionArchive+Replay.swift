import OneShotCore
public import OneShotStore

extension SessionArchive {
    /// Everything that was recorded of a session, in the order in which it began.
    ///
    /// - Throws: ``SessionError``, ``StoreError``.
    public func exchanges(of id: String) async throws -> [Exchange] {
        let store = try RawStore.openForReading(rawDatabase)
        return try await store.exchanges(ofSession: try await recordedID(id, in: store))
    }

    /// The session's own id, for its id, the agent's own, or the beginning of either. A session in which no model was
    /// called has exchanges and no turns.
    func recordedID(_ id: String, in store: RawStore) async throws -> String {
        if let known = try await store.sessionID(id) { return known }
        return try await session(id).sessionID
    }
}
