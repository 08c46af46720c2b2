import ArgumentParser
import Foundation
import OneShotCore
import OneShotSessions

/// `oneshot sessions review ID`
struct SessionsReview: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "review",
        abstract: "See what looks like a secret in its context, and decide about it.",
        discussion: """
            On a terminal each finding that nobody has decided about is shown and asked for; otherwise all are listed.
            What is allowed stays where it stands in exports and tasks, what is denied goes everywhere. Decisions are
            kept in data/redaction.json, by fingerprint: no value is in it.

              oneshot sessions review run-20261122-134501-9f2c
              oneshot sessions review run-20261122-134501-9f2c --allow 3f2a91c04b7d --reason "the example of the docs"
              printf 'Project Nightingale' | oneshot sessions review run-20261122-134501-9f2c --deny-text
            """
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var redaction: RedactionOptions

    @Argument(help: "The session's id.")
    var id: String

    @Option(help: ArgumentHelp("Let this finding stay where it stands; wants --reason.", valueName: "finding"))
    var allow: String?

    @Option(help: ArgumentHelp("Confirm this finding, also one that was allowed.", valueName: "finding"))
    var deny: String?

    @Flag(help: "Take the text on standard input out of everything that is shared from now on.")
    var denyText = false

    @Option(help: "Why, for those who read the decisions later.")
    var reason = ""

    @Flag(help: "Show the values themselves.")
    var reveal = false

    func validate() throws {
        let actions = [allow != nil, deny != nil, denyText].count { $0 }
        guard actions <= 1 else { throw ValidationError("--allow, --deny and --deny-text are one at a time") }
        guard allow == nil || !reason.allSatisfy(\.isWhitespace) else {
            throw ValidationError("--allow wants a --reason: it is what others have to believe")
        }
    }

    func run() async throws {
        let workspace = try global.resolvedWorkspace()
        let session = try await SessionArchive(workspace).session(id)
        var policy = try await redaction.policy(of: workspace)
        let console = Console(quiet: global.quiet)
        if denyText {
            let text = FileHandle.standardInput.readDataToEndOfFile()
            try policy.deny(text: String(decoding: text, as: UTF8.self), reason: reason)
            return console.note("it will be taken out of everything that is shared")
        }
        let findings = policy.findings(in: session)
        if let name = allow ?? deny {
            let finding = try SessionFinding.named(name, in: findings)
            try policy.decide(allow == nil ? .deny : .allow, about: finding, reason: reason)
            return console.note("\(allow == nil ? "denied" : "allowed") \(finding.id) (\(finding.rule))")
        }
        if global.json { return try console.document(findings) }
        guard isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1 else {
            return findings.forEach { list($0, on: console) }
        }
        try ask(about: findings.filter { $0.decision == nil }, policy: &policy, on: console)
    }

    private func list(_ finding: SessionFinding, on console: Console) {
        console.result(finding.headline + (reveal ? "  \(finding.value)" : ""))
        for place in finding.places { console.result("    \(place.text), line \(place.line): \(place.context)") }
    }

    /// One finding after the other, until all are decided or the person has enough.
    private func ask(
        about findings: [SessionFinding],
        policy: inout RedactionPolicy,
        on console: Console
    ) throws {
        guard !findings.isEmpty else { return console.note("every finding is decided; 'scan' lists them") }
        for (number, finding) in findings.enumerated() {
            console.result("")
            list(finding, on: console)
            while true {
                Console.write(
                    "\(number + 1) of \(findings.count): [a]llow, [d]eny, [s]kip, [r]eveal, [q]uit? ",
                    to: STDOUT_FILENO
                )
                switch readLine()?.trimmingCharacters(in: .whitespaces).lowercased().first {
                case "a":
                    Console.write("why: ", to: STDOUT_FILENO)
                    let why = (readLine() ?? "").trimmingCharacters(in: .whitespaces)
                    guard !why.isEmpty else { continue }
                    try policy.decide(.allow, about: finding, reason: why)
                case "d": try policy.decide(.deny, about: finding, reason: "")
                case "s": break
                case "r":
                    console.result("    \(finding.value)")
                    continue
                case "q", nil: return
                default: continue
                }
                break
            }
        }
    }
}
