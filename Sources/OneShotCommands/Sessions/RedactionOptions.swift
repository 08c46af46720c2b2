import ArgumentParser
import Foundation
import OneShotCore
import OneShotSessions

/// What decides what is a secret: `@OptionGroup var redaction: RedactionOptions`.
struct RedactionOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("More rules, in gitleaks' format (docs/redaction.md).", valueName: "file"),
        completion: .file(extensions: ["toml"])
    )
    var rules: String?

    func policy(of workspace: Workspace) async throws -> RedactionPolicy {
        try await RedactionPolicy.load(workspace, rules: rules.map { URL(fileURLWithPath: $0) })
    }
}
