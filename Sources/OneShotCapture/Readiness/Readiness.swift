/// Whether a task can be captured in a repository, and what would make the task worse.
public struct Readiness: Codable, Sendable, Equatable {
    /// The top of the working tree, or the directory that was asked about where there is none.
    public var repository: String
    public var findings: [Finding]

    /// Nothing stands in the way of a task.
    public var isReady: Bool { !findings.contains { $0.severity == .error } }

    public struct Finding: Codable, Sendable, Equatable {
        public enum Severity: String, Codable, Sendable {
            /// No task can be captured, or it would be useless.
            case error
            /// The task would hold less, or more, than it should.
            case warning
            /// Good to know.
            case info
        }

        /// Such as `huge_untracked_files`.
        public var id: String
        public var severity: Severity
        public var explanation: String
        /// The command that mends it, as a person would type it; empty where there is none.
        public var remedy: String
        /// Whether ``TaskCapture/fix(in:)`` mends it.
        public var isFixable: Bool

        init(_ id: String, _ severity: Severity, _ explanation: String, remedy: String = "", isFixable: Bool = false) {
            self.id = id
            self.severity = severity
            self.explanation = explanation
            self.remedy = remedy
            self.isFixable = isFixable
        }

        enum CodingKeys: String, CodingKey {
            case id, severity, explanation, remedy
            case isFixable = "is_fixable"
        }
    }
}

/// What was mended, and what is left: the document of `oneshot task check --json`.
public struct ReadinessReport: Codable, Sendable, Equatable {
    public var schemaVersion: Int
    public var repository: String
    public var isReady: Bool
    /// What is still found.
    public var findings: [Readiness.Finding]
    /// One line for each thing that was done.
    public var done: [String]
    /// One line for each thing that is left to the person, with the reason.
    public var notDone: [String]

    /// - Parameter done: what was mended; nil when nobody asked for that.
    public init(_ readiness: Readiness, done: [String]? = nil) {
        schemaVersion = 1
        repository = readiness.repository
        isReady = readiness.isReady
        findings = readiness.findings
        self.done = done ?? []
        notDone =
            done == nil
            ? []
            : readiness.findings.filter { $0.severity != .info }.map { finding in
                "\(finding.id): left to you, since it would touch your files, branch, index or configuration"
            }
    }

    enum CodingKeys: String, CodingKey {
        case repository, findings, done
        case schemaVersion = "schema_version"
        case isReady = "is_ready"
        case notDone = "not_done"
    }

    /// As people and models read it.
    public var text: String {
        let readiness = Readiness(repository: repository, findings: findings)
        return (done.map { "mended: \($0)" } + notDone.map { "not mended: \($0)" } + [readiness.text])
            .joined(separator: "\n")
    }
}

extension Readiness {
    /// As people and models read it: a line for the verdict, and for each finding one or two.
    public var text: String {
        let verdict = isReady ? "ready: a task can be started in \(repository)" : "not ready: \(repository)"
        let lines = findings.map { finding in
            "\(finding.severity.rawValue): \(finding.id): \(finding.explanation)"
                + (finding.remedy.isEmpty ? "" : "\n  mend it with: \(finding.remedy)")
        }
        return ([verdict] + lines).joined(separator: "\n")
    }
}
