import ArgumentParser
import Foundation
import OneShotRecorder
import OneShotWorkbench

/// `oneshot ca install`
struct AuthorityInstall: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "install",
        abstract:
            "Have every program of this system trust the certificate. Agents under 'oneshot trace' do not need it.",
        discussion: """
            Whoever can read the authority's key can then read this machine's traffic. Needs root.

              oneshot ca install
            """
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var choice: AuthorityChoice

    func run() async throws {
        let authority = try choice.load()
        let store = try SystemTrustStore.find(certificate: authority.certificateURL)
        try await store.install(certificate: authority.certificateURL, pem: authority.certificatePEM)
        Console(quiet: global.quiet).result("\(store.place) now trusts \(authority.certificateURL.path)")
    }
}

/// `oneshot ca uninstall`
struct AuthorityUninstall: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "uninstall",
        abstract: "Take the certificate out of the system's trust store again.",
        discussion: """
              oneshot ca uninstall
            """
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var choice: AuthorityChoice

    func run() async throws {
        let store = try SystemTrustStore.find(certificate: try choice.load().certificateURL)
        let wasThere = try await store.uninstall()
        Console(quiet: global.quiet).result(
            wasThere ? "\(store.place) no longer trusts it" : "\(store.place) did not hold it"
        )
    }
}
