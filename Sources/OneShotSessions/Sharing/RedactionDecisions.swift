public import Foundation
public import OneShotCore

/// What a person has decided about findings, in `data/redaction.json` of the workspace.
///
/// A value is known by its keyed fingerprint alone, so the file says nothing of it to whoever does not have the
/// workspace's key too.
public struct RedactionDecisions: Codable, Sendable, Equatable {
    public struct Decision: Codable, Sendable, Equatable {
        public enum Verdict: String, Codable, Sendable {
            /// It is no secret: it stays where it stands.
            case allow
            /// It is one, whatever the rules say.
            case deny
        }

        /// Hexadecimal, of the value.
        public var fingerprint: String
        public var verdict: Verdict
        /// The rule that found it; `denied` where none did.
        public var rule: String
        public var reason: String
        /// RFC 3339.
        public var decidedAt: String
        /// Of the value in bytes, and its rolling hash: how a denied one is found in a text.
        public var length: Int
        public var rolling: Int64

        enum CodingKeys: String, CodingKey {
            case fingerprint, verdict, rule, reason, length, rolling
            case decidedAt = "decided_at"
        }
    }

    public var schemaVersion = 1
    public private(set) var decisions: [Decision] = []

    public init() {}

    /// An empty one where there is no file.
    ///
    /// - Throws: ``FileError`` for a file that does not fit the format.
    public static func load(_ url: URL) throws -> RedactionDecisions {
        guard FileManager.default.fileExists(atPath: url.path) else { return RedactionDecisions() }
        let file = try StrictJSON.read(RedactionDecisions.self, at: url)
        guard file.schemaVersion == 1 else {
            throw FileError.malformed(
                path: url.path,
                place: "schema_version",
                problem: "\(file.schemaVersion) is of a newer OneShot; this one reads 1"
            )
        }
        return file
    }

    public func save(_ url: URL) throws {
        try AtomicFile.makeDirectory(url.deletingLastPathComponent())
        try AtomicFile.write(try StrictJSON.encode(self), to: url, mode: 0o600)
    }

    public mutating func add(_ decision: Decision) {
        decisions.removeAll { $0.fingerprint == decision.fingerprint }
        decisions.append(decision)
    }

    /// - Returns: whether there was one.
    public mutating func remove(fingerprint: String) -> Bool {
        let count = decisions.count
        decisions.removeAll { $0.fingerprint == fingerprint }
        return decisions.count < count
    }

    enum CodingKeys: String, CodingKey {
        case schemaVersion = "schema_version"
        case decisions
    }
}

extension Workspace {
    /// See `RedactionDecisions`.
    public var redactionDecisions: URL { data.appendingPathComponent("redaction.json") }
}
