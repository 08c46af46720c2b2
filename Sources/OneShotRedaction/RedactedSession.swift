public import OneShotCore

/// A session that has been through a ``Redactor``. Only a redactor makes one, so what takes a `RedactedSession` (a
/// task, an export, an upload) cannot be handed a recorded one.
public struct RedactedSession: Sendable, Equatable {
    public let session: Session
    /// What was replaced in it.
    public let manifest: RedactionManifest

    init(redacted session: Session, ruleSet: String) {
        self.session = session
        manifest = RedactionManifest(of: session, ruleSet: ruleSet)
    }
}

extension RedactedSession: Encodable {
    public func encode(to encoder: any Encoder) throws { try session.encode(to: encoder) }
}
