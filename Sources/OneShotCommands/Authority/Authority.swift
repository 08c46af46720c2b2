import ArgumentParser
import Foundation
import OneShotRecorder
import OneShotWorkbench

/// `oneshot ca`
struct Authority: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ca",
        abstract: "The certificate authority in whose name the recorder answers.",
        subcommands: [
            AuthorityShow.self, AuthorityExport.self, AuthorityCreate.self, AuthorityInstall.self,
            AuthorityUninstall.self,
        ]
    )
}

/// Which authority is meant.
struct AuthorityChoice: ParsableArguments {
    @Option(
        name: .customLong("ca"),
        help: "The directory of another authority, such as ~/.mitmproxy.",
        completion: .directory,
        transform: { URL(fileURLWithPath: NSString(string: $0).expandingTildeInPath) }
    )
    var directory: URL?

    func load() throws -> CertificateAuthority { try RecorderOptions(authority: directory).loadAuthority() }
}
