import ArgumentParser
import OneShotCore
import OneShotSessions

/// `oneshot sessions scan ID…`
struct SessionsScan: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scan",
        abstract: "Look for secrets in sessions.",
        discussion: """
            Nothing is changed. Each finding has an id, which is the same wherever its value stands: 'oneshot sessions
            review' takes it. Ends with 1 when there is a finding that nobody has allowed.

              oneshot sessions scan run-20261122-134501-9f2c
              oneshot sessions scan --all --json
            """
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var redaction: RedactionOptions

    @Argument(help: "The sessions' ids.")
    var ids: [String] = []

    @Flag(help: "Every session of the workspace.")
    var all = false

    func validate() throws {
        guard all != !ids.isEmpty else { throw ValidationError("name a session, or write --all") }
    }

    func run() async throws {
        let workspace = try global.resolvedWorkspace()
        let archive = SessionArchive(workspace)
        let policy = try await redaction.policy(of: workspace)
        let console = Console(quiet: global.quiet)
        var reports: [Report] = []
        for id in all ? try await archive.sessions().map(\.sessionID) : ids {
            let session = try await archive.session(id)
            let report = Report(sessionID: session.sessionID, findings: policy.findings(in: session))
            if !global.json { report.lines.forEach(console.result) }
            reports.append(report)
        }
        if global.json { try console.document(reports) }
        let open = reports.reduce(0) { $0 + $1.findings.count(where: \.isRedacted) }
        console.note(
            open == 0
                ? "no secrets that anybody would have to take out"
                : "\(open) to be taken out; what is exported or captured goes without them"
        )
        if open > 0 { throw ExitCode(OneShotCore.ExitCode.negative.rawValue) }
    }
}

extension SessionsScan {
    struct Report: Encodable {
        var sessionID: String
        var findings: [SessionFinding]

        enum CodingKeys: String, CodingKey {
            case findings
            case sessionID = "session_id"
        }

        var lines: [String] {
            findings.flatMap { finding in
                ["\(sessionID)  \(finding.headline)"] + finding.places.map { "    \($0.text), line \($0.line)" }
            }
        }
    }
}

extension SessionFinding {
    /// `3f2a91c04b7d  github-pat, 2 places (allowed: it is an example)`
    var headline: String {
        var line = "\(id)  \(rule), \(places.count) place\(places.count == 1 ? "" : "s")"
        if let decision {
            let verdict = decision.verdict == .allow ? "allowed" : "denied"
            line += " (\(verdict)\(decision.reason.isEmpty ? "" : ": \(decision.reason)"))"
        }
        return line
    }
}
