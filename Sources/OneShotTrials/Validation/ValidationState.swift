import Foundation
import OneShotCore
public import OneShotPreparation

/// What `validation.json` says of a task as it is now.
public enum ValidationState: Sendable, Equatable {
    case valid(at: String)
    case missing
    /// It is not what `oneshot validate` writes.
    case unreadable
    /// It was proved by the rules of another version of the format.
    case otherRules(version: Int)
    /// The task was not admitted.
    case rejected(reasons: [String])
    /// These parts have changed since.
    case stale(parts: [String])

    private struct Version: Decodable {
        var version: Int

        enum CodingKeys: String, CodingKey {
            case version = "schema_version"
        }
    }

    /// - Throws: ``FileError`` when a file of the task cannot be read.
    public init(of task: PreparedTask) throws {
        guard let data = try? Data(contentsOf: task.layout.validation) else {
            self = .missing
            return
        }
        if let version = try? JSONDecoder().decode(Version.self, from: data).version,
            version != ValidationRecord.schema
        {
            self = .otherRules(version: version)
            return
        }
        guard let record = try? StrictJSON.read(ValidationRecord.self, at: task.layout.validation) else {
            self = .unreadable
            return
        }
        let changed = try task.digests().differences(from: record.digests)
        if !changed.isEmpty {
            self = .stale(parts: changed)
        } else {
            self = record.admitted ? .valid(at: record.validatedAt) : .rejected(reasons: record.reasons)
        }
    }

    /// Why the task does not count as validated; nil when it does.
    public var reason: String? {
        switch self {
        case .valid: nil
        case .missing: "the task has not been validated"
        case .unreadable: "validation.json cannot be read"
        case .otherRules(let version):
            "the task was validated by the rules of version \(version), today's are those of \(ValidationRecord.schema)"
        case .rejected(let reasons): "the task did not pass validation (\(reasons.first ?? "no reason given"))"
        case .stale(let parts): "\(parts.joined(separator: ", ")) changed since the task was validated"
        }
    }

    public var isValid: Bool { reason == nil }

    /// The parts of the task that are not what they were.
    public var changedParts: [String] {
        if case .stale(let parts) = self { parts } else { [] }
    }

    /// One line for people.
    public var line: String {
        if case .valid(let date) = self { return "validated on \(date)" }
        return reason ?? ""
    }
}
