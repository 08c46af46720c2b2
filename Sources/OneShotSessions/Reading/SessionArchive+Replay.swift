public import OneShotCore
import OneShotStore

extension SessionArchive {
    /// A session with its answers as they were recorded, to be given again.
    ///
    /// - Throws: ``SessionError``, ``StoreError``.
    public func replay(of id: String) async throws -> (session: Session, answers: [SessionReader.RecordedOutput]) {
        let session = try await session(id)
        let exchanges = try await RawStore.openForReading(rawDatabase).exchanges(ofSession: session.sessionID)
        return (session, SessionReader.recordedAnswers(in: exchanges))
    }
}
