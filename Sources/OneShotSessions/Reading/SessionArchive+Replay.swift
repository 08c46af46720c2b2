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

    /// Hands over everything that was recorded of a session, in the order in which it began; never more than a few
    /// exchanges are in memory.
    ///
    /// - Returns: the session's own id.
    /// - Throws: ``SessionError``, ``StoreError``, and what `body` throws.
    @discardableResult
    public func forEachExchange(
        of id: String,
        isolation: isolated (any Actor)? = #isolation,
        _ body: (Exchange) throws -> Void
    ) async throws -> String {
        let store = try RawStore.openForReading(rawDatabase)
        let session = try await recordedID(id, in: store)
        var last: Int64 = 0
        while true {
            let page = try await store.exchanges(ofSession: session, after: last, limit: 4)
            for exchange in page { try body(exchange) }
            guard let end = page.last?.id else { return session }
            last = end
        }
    }

    /// The session's own id, for its id, the agent's own, or the beginning of either. A session in which no model was
    /// called has exchanges and no turns.
    ///
    /// - Throws: ``SessionError``, ``StoreError``.
    public func recordedID(_ id: String) async throws -> String {
        try await recordedID(id, in: RawStore.openForReading(rawDatabase))
    }

    func recordedID(_ id: String, in store: RawStore) async throws -> String {
        if let known = try await store.sessionID(id) { return known }
        return try await session(id).sessionID
    }
}
