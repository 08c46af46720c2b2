public import OneShotCore
public import OneShotStore

/// Reads a session out of its exchanges at once: for tests, and where there is no cleaner's database.
public enum SessionReader {
    /// - Parameter exchanges: of one session, in the order in which they began.
    /// - Returns: nil when none of them is a call of a model.
    public static func session(
        _ sessionID: String,
        of exchanges: [Exchange],
        prices: PriceTable = .shipped
    ) -> Session? {
        var draft = SessionDraft(sessionID: sessionID, prices: prices)
        for exchange in exchanges { _ = draft.take(exchange) }
        return draft.session
    }
}
