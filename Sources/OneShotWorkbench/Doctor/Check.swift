/// One thing that `oneshot doctor` looked at.
public struct Check: Codable, Sendable, Equatable {
    public enum Verdict: String, Codable, Sendable {
        case passed
        /// Not as it could be, but recording works.
        case warning
        case failed
    }

    public var name: String
    public var verdict: Verdict
    /// What was found.
    public var finding: String
    /// What to do about it.
    public var remedy: String?

    public static func passed(_ name: String, _ finding: String) -> Check {
        Check(name: name, verdict: .passed, finding: finding, remedy: nil)
    }

    public static func warning(_ name: String, _ finding: String, remedy: String) -> Check {
        Check(name: name, verdict: .warning, finding: finding, remedy: remedy)
    }

    public static func failed(_ name: String, _ finding: String, remedy: String) -> Check {
        Check(name: name, verdict: .failed, finding: finding, remedy: remedy)
    }

    /// One line, with a second one when something is to be done.
    public var text: String {
        let sign =
            switch verdict {
            case .passed: "✅"
            case .warning: "⚠️ "
            case .failed: "❌"
            }
        return "\(sign) \(name): \(finding)" + (remedy.map { "\n   → \($0)" } ?? "")
    }
}
