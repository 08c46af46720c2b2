import OneShotCore
public import OneShotRedaction
import OneShotSessions

/// A session as the text of one or several files. It takes what a redactor has been over: anything else does not compile.
/// The same session gives the same bytes.
public struct SessionExport: Sendable {
    /// One file.
    public struct Document: Sendable, Equatable {
        /// Nil for the session's own; of a subagent the id of its conversation.
        public var thread: String?
        public var text: String
    }

    private let session: RedactedSession
    private let version: String

    /// - Parameter version: of the program that writes.
    public init(_ session: RedactedSession, version: String) {
        self.session = session
        self.version = version
    }

    /// The session's own document first.
    ///
    /// - Parameter isWhole: that a text for people cuts nothing; texts for programs never do.
    /// - Throws: ``ExportError/empty(session:)``.
    public func documents(_ format: ExportFormat, isWhole: Bool = false) throws -> [Document] {
        guard !session.session.turns.isEmpty else { throw ExportError.empty(session: session.session.sessionID) }
        return switch format {
        case .atif: [Document(text: try Trajectory(session, version: version).text())]
        case .codex: Rollout.documents(session, version: version)
        case .otel: [Document(text: SpanExport(session, version: version).text)]
        case .markdown: [Document(text: SessionMarkdown.render(session.session, cutting: !isWhole))]
        case .html: [Document(text: SessionPage(session, version: version).text)]
        }
    }
}
