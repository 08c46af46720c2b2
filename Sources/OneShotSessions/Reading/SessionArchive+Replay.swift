public import OneShotCore
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

    /// A session with its answers as they were recorded, to be given again.
    ///
    /// - Throws: ``SessionError``, ``StoreError``.
    public func replay(of id: String) async throws -> (session: Session, answers: [SessionReader.RecordedOutput]) {
        let session = try await session(id)
        let exchanges = try await RawStore.openForReading(rawDatabase).exchanges(ofSession: session.sessionID)
        return (session, SessionReader.recordedAnswers(in: exchanges))
    }
}
