public import OneShotCore

extension Redactor {
    /// Redacts what the session's turns say. Ids, times, counts and names stay as they are, so that calls still
    /// find their results.
    public func redact(_ session: Session) -> RedactedSession {
        // The second pass replaces, in early turns, what a rule recognised only in a later one.
        let once = session.mappingTexts { redact($1).text }
        return RedactedSession(redacted: once.mappingTexts { redact($1).text }, ruleSet: ruleSet)
    }
}
