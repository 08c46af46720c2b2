import ArgumentParser
import Foundation
import OneShotCore
import OneShotRecorder

/// `oneshot ca export`
struct AuthorityExport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Print the certificate (PEM), without its key.",
        discussion: """
              oneshot ca export --out oneshot-ca.pem
              oneshot ca export --bundle --out bundle.pem && export SSL_CERT_FILE=$PWD/bundle.pem
            """
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var choice: AuthorityChoice

    @Flag(help: "With the certificates that the system trusts, for variables that replace its list.")
    var bundle = false

    @Option(help: "The file to write; standard output otherwise.", completion: .file())
    var out: String?

    func run() async throws {
        let authority = try choice.load()
        let text = bundle ? authority.bundlePEM : authority.certificatePEM
        guard let out else { return Console.write(text, to: STDOUT_FILENO) }
        try AtomicFile.write(text, to: URL(fileURLWithPath: out))
        Console(quiet: global.quiet).note("wrote \(out)")
    }
}
