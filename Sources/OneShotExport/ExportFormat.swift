/// The forms in which a session can be handed on; its exchanges have their own (``HARExport``).
public enum ExportFormat: String, Sendable, CaseIterable, Codable {
    /// Agent Trajectory Interchange Format 1.8: Harbor and its judges.
    case atif
    /// JSON Lines as Codex writes them: the Hub's trace viewer.
    case codex
    /// OpenTelemetry spans by the GenAI conventions, as OTLP/JSON.
    case otel
    /// For people, in a terminal or an editor.
    case markdown
    /// For people, in a browser: one page that needs nothing else.
    case html

    /// What a file's name ends in.
    public var suffix: String {
        switch self {
        case .atif: "atif.json"
        case .codex: "codex.jsonl"
        case .otel: "otel.json"
        case .markdown: "md"
        case .html: "html"
        }
    }
}
