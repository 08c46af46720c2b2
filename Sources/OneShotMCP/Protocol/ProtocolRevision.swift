/// The revisions of the Model Context Protocol that the server speaks, the oldest first.
///
/// Source: https://modelcontextprotocol.io/specification/versioning
enum ProtocolRevision: String, Sendable, CaseIterable, Comparable {
    case november2024 = "2024-11-05"
    case march2025 = "2025-03-26"
    case june2025 = "2025-06-18"
    case november2025 = "2025-11-25"

    static let latest = ProtocolRevision.november2025

    /// Only this revision has JSON-RPC batches.
    var hasBatches: Bool { self == .march2025 }

    static func < (left: ProtocolRevision, right: ProtocolRevision) -> Bool { left.rawValue < right.rawValue }
}
