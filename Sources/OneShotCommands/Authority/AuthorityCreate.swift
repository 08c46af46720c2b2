import ArgumentParser
import Foundation
import OneShotRecorder

/// `oneshot ca create`
struct AuthorityCreate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Make an authority that can vouch for the model APIs only, for 'oneshot up --ca DIR'.",
        discussion: """
            Who steals its key can pose as these hosts and as no others, to clients that apply name constraints. It cannot
            be used for other hosts, such as with '--intercept'.

              oneshot ca create ~/.oneshot/model-ca && oneshot up --ca ~/.oneshot/model-ca
            """
    )

    @OptionGroup var global: GlobalOptions

    @Argument(
        help: "The directory to put it into.",
        completion: .directory,
        transform: { URL(fileURLWithPath: NSString(string: $0).expandingTildeInPath) }
    )
    var directory: URL

    func run() async throws {
        let authority = try CertificateAuthority.createForModelAPIs(in: directory)
        Console(quiet: global.quiet).result("made \(authority.certificateURL.path)")
    }
}
